using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Lifetimes;
using ExpertCluster.Node.Telemetry;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Planning;

/// <summary>
/// The current <see cref="RoutingState"/>: made anew whenever the catalogue changes, then swapped whole. The catalogue that all else in the router reads is the
/// one that is routed by: whoever is told that an expert came, or went, finds it so.
/// </summary>
internal sealed partial class RoutingStates : ICatalogueSource, IDisposable
{
    private readonly CatalogueHolder _source;
    private readonly CatalogueHolder _routed;
    private readonly IPreparedContent _content;
    private readonly IGateKind _kind;
    private readonly ILogger<RoutingStates> _log;
    private readonly IDisposable _listening;
    private readonly Lock _making = new();
    private volatile RetiringResource<RoutingState> _current;

    /// <exception cref="SetupException">The first catalogue's gate can't be used.</exception>
    /// <param name="source">As it was read last.</param>
    /// <param name="content">Of what it names.</param>
    /// <param name="kind">Of the gate.</param>
    /// <param name="log">Told of a catalogue that can't be routed by.</param>
    public RoutingStates(CatalogueHolder source, IPreparedContent content, IGateKind kind, ILogger<RoutingStates> log)
    {
        (_source, _content, _kind, _log) = (source, content, kind, log);
        var first = source.Current;
        _current = new(RoutingState.Of(first, content, kind, Tell));
        _routed = new(first);
        _listening = ChangeToken.OnChange(() => source.Changed, Renew);
    }

    public RoutingState Current => _current.Value;

    CatalogueSnapshot ICatalogueSource.Current => _routed.Current;

    IChangeToken ICatalogueSource.Changed => _routed.Changed;

    /// <summary>The current state, entered: who takes it leaves it.</summary>
    public RetiringResource<RoutingState> Enter()
    {
        while (true)
        {
            var state = _current;
            if (state.TryEnter())
            {
                return state;
            }
        }
    }

    public void Dispose()
    {
        _listening.Dispose();
        _current.Retire();
    }

    private void Tell(SetupException error) => LogNoCandidate(_log, OneLine.Of(error));

    private void Renew()
    {
        lock (_making)
        {
            var snapshot = _source.Current;
            var old = _current;
            if (snapshot.Version <= old.Value.Version)
            {
                return;
            }

            try
            {
                _current = new(RoutingState.Of(snapshot, _content, _kind, Tell));
            }
            catch (SetupException error)
            {
                // What routed well so far goes on: who changed the catalogue reads this, and changes it again.
                LogKept(_log, snapshot.Version, old.Value.Version, OneLine.Of(error));
                return;
            }

            old.Retire();
            _routed.Swap(snapshot);
        }
    }

    [LoggerMessage(3402, LogLevel.Warning, "The candidate for the gate can't be used, it plans nothing: {Reason}")]
    private static partial void LogNoCandidate(ILogger log, string reason);

    [LoggerMessage(3401, LogLevel.Error, "Catalogue {Version} can't be routed by, {Kept} stays in use: {Reason}")]
    private static partial void LogKept(ILogger log, long version, long kept, string reason);
}
