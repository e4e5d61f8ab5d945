using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Router.Discovery;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>How experts are at one moment. Made for one answer.</summary>
internal sealed class ExpertLook
{
    private readonly CatalogueSnapshot _snapshot;
    private readonly Dictionary<string, KnownHost> _open;
    private readonly Func<string, IReadOnlyList<KnownReplica>> _replicasOf;
    private readonly Func<string, string?> _reasonOf;
    private readonly Func<string, bool> _isAdjusted;
    private readonly VersionLook _versions;

    /// <summary>Whether a host serves what needs this base and these labels: thousands of experts need the same few.</summary>
    private readonly Dictionary<string, bool> _served = new(StringComparer.Ordinal);

    /// <param name="snapshot">Of the catalogue.</param>
    /// <param name="hosts">All that are known.</param>
    /// <param name="answers">Whether one answers this router, by name.</param>
    /// <param name="replicasOf">Where a revision is.</param>
    /// <param name="reasonOf">Why a revision can't be used anywhere; null: it can.</param>
    /// <param name="isAdjusted">Whether the API says otherwise than an expert's entry, by name.</param>
    /// <param name="versions">How versions are.</param>
    public ExpertLook(
        CatalogueSnapshot snapshot,
        IReadOnlyList<KnownHost> hosts,
        Func<string, bool> answers,
        Func<string, IReadOnlyList<KnownReplica>> replicasOf,
        Func<string, string?> reasonOf,
        Func<string, bool> isAdjusted,
        VersionLook versions)
    {
        (_snapshot, _replicasOf, _reasonOf, _isAdjusted, _versions) = (snapshot, replicasOf, reasonOf, isAdjusted, versions);
        _open = hosts.Where(h => !h.Draining && answers(h.Name)).DistinctBy(h => h.Name).ToDictionary(h => h.Name, StringComparer.Ordinal);
    }

    public ExpertStatus Of(PreparedExpert expert)
    {
        var replicas = _replicasOf(expert.Revision);
        var (state, reason) = StateOf(expert, replicas);
        return new ExpertStatus
        {
            Name = expert.Name,
            Base = expert.Base,
            Revision = expert.Revision,
            Description = expert.Description,
            Gated = expert.Gated,
            Pinned = expert.Pinned,
            Labels = { expert.Labels },
            MinReplicas = expert.Replicas,
            Replicas = { replicas.Select(r => new ReplicaStatus { Host = r.Host, SinceUnixMs = r.SinceUnixMs, Warm = r.Warm, Reason = r.Reason }) },
            State = state,
            Origin = expert.Origin == Catalogue.ExpertOrigin.Api ? V1.ExpertOrigin.Api : V1.ExpertOrigin.File,
            MaxReplicas = expert.MaxReplicas,
            Hosts = { expert.Hosts },
            Adjusted = _isAdjusted(expert.Name),
            Reason = reason ?? LastErrorOf(expert, replicas),
            Versions = { _versions.Of(expert) },
        };
    }

    /// <summary>Of a change that could not be made, else of a host.</summary>
    private string LastErrorOf(PreparedExpert expert, IReadOnlyList<KnownReplica> replicas) =>
        _snapshot.Failures.FirstOrDefault(f => f.Name == expert.Name)?.Reason ?? replicas.FirstOrDefault(r => !r.Warm)?.Reason ?? "";

    private (ExpertState State, string? Reason) StateOf(PreparedExpert expert, IReadOnlyList<KnownReplica> replicas)
    {
        string baseRevision = Revisions.Of(_snapshot.BasesByName[expert.Base].Folder);
        if (_reasonOf(expert.Revision) is { } reason)
        {
            return (ExpertState.Unavailable, reason);
        }

        if (!IsServed(baseRevision, expert.Labels))
        {
            string labels = expert.Labels.Count == 0 ? "" : $" and has {string.Join(", ", expert.Labels)}";
            return (ExpertState.Unavailable, $"no host that takes requests runs this content of {expert.Base}{labels}");
        }

        bool ready = replicas.Any(r => r.Warm && _open.TryGetValue(r.Host, out var host) && Serves(host, baseRevision, expert.Labels));
        return (ready ? ExpertState.Ready : ExpertState.Cold, null);
    }

    private bool IsServed(string baseRevision, IReadOnlyList<string> labels)
    {
        string need = labels.Count == 0 ? baseRevision : $"{baseRevision} {string.Join(' ', labels)}";
        if (!_served.TryGetValue(need, out bool served))
        {
            _served[need] = served = _open.Values.Any(host => Serves(host, baseRevision, labels));
        }

        return served;
    }

    private static bool Serves(KnownHost host, string baseRevision, IReadOnlyList<string> labels) =>
        host.HasBase(baseRevision) && labels.All(host.Labels.Contains);
}
