using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Router.Desired;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Versions;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Which gates there are, as this router sees them.</summary>
internal sealed class GateLook(RoutingStates states, ICatalogueSource catalogue, DesiredStates desired, GateBook book)
{
    public GateStatus Status()
    {
        var snapshot = catalogue.Current;
        var wanted = desired.Current.Gate;
        var served = snapshot.GateCandidate;

        // A candidate that was taken back is still served for a moment, and one that was just fitted is not yet.
        bool isServed = served is not null && (wanted.Candidate is null || wanted.Candidate.Since == served.Since);
        int percent = isServed ? served!.Percent : 0;
        var status = new GateStatus
        {
            Stable = StatusOf(wanted.Stable, snapshot.GateRevision, FailureOf(snapshot, PreparedNames.Gate), 100 - percent),
            Promoted = wanted.Previous is not null,
        };
        if (wanted.Candidate is not null || isServed)
        {
            status.Candidate = StatusOf(wanted.Candidate, isServed ? snapshot.GateCandidateRevision : "", CandidateFailure(snapshot, isServed), percent);
        }

        if (isServed && served!.Comparison is { } comparison)
        {
            status.Comparison = new GateComparison { HeldOut = comparison.HeldOut, StableRight = comparison.StableRight, CandidateRight = comparison.CandidateRight };
        }

        return status;
    }

    private string CandidateFailure(CatalogueSnapshot snapshot, bool isServed) => FailureOf(snapshot, PreparedNames.GateCandidate) is { Length: > 0 } failure ? failure
        : isServed && states.Current is { Candidate: null } state && state.Version >= snapshot.Version ? "this router can't use it; its log says why"
        : "";

    private static string FailureOf(CatalogueSnapshot snapshot, string name) => snapshot.Failures.FirstOrDefault(f => f.Name == name)?.Reason ?? "";

    private GateVersionStatus StatusOf(GateSpec? spec, string revision, string reason, int percent)
    {
        var figures = book.FiguresOf(revision);
        return new GateVersionStatus
        {
            Revision = revision,
            Kind = spec?.Kind is { } kind ? GateChanges.NameOf(kind) : "",
            Lessons = spec?.Lessons.Count ?? 0,
            Percent = percent,
            SinceVersion = spec?.Since ?? 0,
            Reason = reason,
            Figures = new V1.GateFigures
            {
                Planned = figures.Planned,
                FellBack = figures.FellBack,
                Agreed = figures.Agreed,
                Disagreed = figures.Disagreed,
                Dropped = figures.Dropped,
                Failed = figures.Failed,
                Good = figures.Good,
                Bad = figures.Bad,
            },
        };
    }
}
