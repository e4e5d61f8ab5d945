using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Lifetimes;
using ExpertCluster.Node.Telemetry;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Planning;

/// <summary>The current <see cref="RoutingState"/>: made anew whenever the catalogue changes, then swapped whole.</summary>
internal sealed partial class RoutingStates : IDisposable
{
    private readonly ICatalogueSource _source;
    private readonly IPreparedContent _content;
    private readonly IGateKind _kind;
    private readonly ILogger<RoutingStates> _log;
    private readonly IDisposable _listening;
    private readonly Lock _making = new();
    private volatile RetiringResource<RoutingState> _current;

    /// <exception cref="SetupException">The first catalogue's gate can't be used.</exception>
    public RoutingStates(ICatalogueSource source, IPreparedContent content, IGateKind kind, ILogger<RoutingStates> log)
    {
        (_source, _content, _kind, _log) = (source, content, kind, log);
        _current = new(RoutingState.Of(source.Current, content, kind));
        _listening = ChangeToken.OnChange(() => source.Changed, Renew);
    }

    public RoutingState Current => _current.Value;

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
                _current = new(RoutingState.Of(snapshot, _content, _kind));
            }
            catch (SetupException error)
            {
                // What routed well so far goes on: who changed the catalogue reads this, and changes it again.
                LogKept(_log, snapshot.Version, old.Value.Version, OneLine.Of(error));
                return;
            }

            old.Retire();
        }
    }

    [LoggerMessage(3401, LogLevel.Error, "Catalogue {Version} can't be routed by, {Kept} stays in use: {Reason}")]
    private static partial void LogKept(ILogger log, long version, long kept, string reason);
}
