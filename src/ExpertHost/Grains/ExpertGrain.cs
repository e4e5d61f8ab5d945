using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Placement;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>Keeps one revision of an expert in this host's memory. Calls are turn-based, so any number of them make one load.</summary>
[ExpertPlacement]
[Immovable]
internal sealed class ExpertGrain(ExpertLoader loader, CatalogueHistory history, WarmExperts warm) : Grain, IExpertGrain
{
    /// <summary>Idle collection must not take an expert away: requests reach it by gRPC, not through the grain.</summary>
    private static readonly TimeSpan KeepAlivePeriod = TimeSpan.FromSeconds(30);

    private ExpertKey _key;
    private IDisposable? _kept;
    private ExpertState _state = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExpertKey.Parse(this.GetPrimaryKeyString());
        _state = new ExpertState { Expert = _key.Expert };
        this.RegisterGrainTimer(
            static _ => Task.CompletedTask,
            new GrainTimerCreationOptions(KeepAlivePeriod, KeepAlivePeriod) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    public async Task<ExpertState> WarmAsync(string revision)
    {
        if (_kept is not null && _state.Revision == revision)
        {
            return _state;
        }

        try
        {
            var (snapshot, expert) = history.Find(_key.Expert, revision) ?? throw new ExpertBusyException($"the catalogue has no such revision of expert {_key.Expert}", null);
            var kept = await loader.KeepAsync(expert, snapshot);
            _kept?.Dispose();
            _kept = kept;
            _state = new ExpertState { Expert = _key.Expert, Revision = revision };
        }
        catch (Exception error) when (error is ExpertBusyException or ExpertUnusableException)
        {
            // The old revision stays where there is one: it is what requests that began with it need.
            _state = _state with { Reason = OneLine.Of(error), IsUnusable = error is ExpertUnusableException };
        }

        return _state;
    }

    public Task LetGoAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<ExpertState> GetStateAsync() => Task.FromResult(_state);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _kept?.Dispose();
        _kept = null;
        warm.Forget(_key);
        return Task.CompletedTask;
    }
}
