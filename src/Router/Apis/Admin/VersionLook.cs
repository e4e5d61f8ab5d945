using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Discovery;
using ExpertCluster.V1;
using VersionFigures = ExpertCluster.Router.Versions.VersionFigures;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>How the versions of experts are at one moment. Made for one answer.</summary>
/// <param name="replicasOf">Where a revision is.</param>
/// <param name="reasonOf">Why a revision can't be used anywhere; null: it can.</param>
/// <param name="figuresOf">What a version of an expert did, by its revision; null: nothing, or it isn't told.</param>
internal sealed class VersionLook(
    Func<string, IReadOnlyList<KnownReplica>> replicasOf,
    Func<string, string?> reasonOf,
    Func<string, ExpertVersion, string, VersionFigures?> figuresOf)
{
    /// <summary>The stable one first; nothing where there is no other.</summary>
    public IEnumerable<VersionStatus> Of(PreparedExpert expert) =>
        expert.HasVersions ? expert.Versions().Select(v => Of(expert.Name, v.Version, v.Revision, v.Percent)) : [];

    private VersionStatus Of(string expert, ExpertVersion version, string revision, int percent)
    {
        var replicas = replicasOf(revision);
        var figures = figuresOf(expert, version, revision);
        return new VersionStatus
        {
            Version = ExpertVersions.NameOf(version),
            Revision = revision,
            Percent = percent,
            WarmReplicas = replicas.Count(r => r.Warm),
            Reason = reasonOf(revision) ?? replicas.FirstOrDefault(r => !r.Warm)?.Reason ?? "",
            Figures = figures is null ? null : new V1.VersionFigures
            {
                Requests = figures.Requests,
                Errors = figures.Errors,
                FirstTokenSecondsP50 = figures.MedianSecondsToFirstToken,
                FirstTokenSecondsP95 = figures.P95SecondsToFirstToken,
                MeanTokens = figures.MeanTokens,
                TokensPerSecond = figures.TokensPerSecond,
                Compared = figures.Compared,
                Equal = figures.Equal,
                Good = figures.Good,
                Bad = figures.Bad,
            },
        };
    }
}
