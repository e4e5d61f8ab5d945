using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>A candidate for the gate's place, opened. Immutable.</summary>
internal sealed class CandidateGate : IDisposable
{
    private readonly OpenedGate _opened;

    private CandidateGate(OpenedGate opened, string revision, int percent, RoutingCatalogue catalogue) =>
        (_opened, Revision, Percent, Catalogue) = (opened, revision, percent, catalogue);

    public IRequestGate Gate => _opened.Gate;

    public string Revision { get; }

    /// <summary>Of the gate's requests, that it plans.</summary>
    public int Percent { get; }

    /// <summary>What its plans are made from: bases have token gates as it has them.</summary>
    public RoutingCatalogue Catalogue { get; }

    /// <param name="candidate">That was prepared.</param>
    /// <param name="revision">Its own.</param>
    /// <param name="catalogue">What its plans are made from.</param>
    /// <param name="content">Where its files are.</param>
    /// <param name="kind">Makes the gate.</param>
    /// <returns>Null: gates of this kind choose by nothing that was prepared.</returns>
    /// <exception cref="Contracts.SetupException">It is not what was prepared, or can't be used.</exception>
    public static CandidateGate? Open(PreparedGateCandidate candidate, string revision, RoutingCatalogue catalogue, IPreparedContent content, IGateKind kind) =>
        OpenedGate.Open(candidate.Folder, catalogue.Experts, content, kind) is { } opened ? new CandidateGate(opened, revision, candidate.Percent, catalogue) : null;

    public void Dispose() => _opened.Dispose();
}
