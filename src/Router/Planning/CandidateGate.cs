using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>A candidate for the gate's place, opened. Immutable.</summary>
internal sealed class CandidateGate : IDisposable
{
    private readonly IDisposable? _files;

    private CandidateGate(IRequestGate gate, IDisposable? files, string revision, int percent, RoutingCatalogue catalogue) =>
        (Gate, _files, Revision, Percent, Catalogue) = (gate, files, revision, percent, catalogue);

    public IRequestGate Gate { get; }

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
    public static CandidateGate? Open(PreparedGateCandidate candidate, string revision, RoutingCatalogue catalogue, IPreparedContent content, IGateKind kind)
    {
        PreparedPlace? files = null;
        try
        {
            string Trained() => (files ??= content.OpenRequestGateAsync(candidate.Folder, CancellationToken.None).GetAwaiter().GetResult()).Path;
            return kind.Open(new GateInputs(catalogue.Experts, Trained)) is { } gate ? new CandidateGate(gate, files, revision, candidate.Percent, catalogue) : null;
        }
        catch
        {
            files?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        (Gate as IDisposable)?.Dispose();
        _files?.Dispose();
    }
}
