using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using Microsoft.Extensions.Primitives;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>
/// Keeps one replica of an expert loaded on this host, for as long as the catalogue asks for it. Calls are turn-based, so any number of
/// first calls make one load.
/// </summary>
[ExpertPlacement]
internal sealed class ExpertGrain(ExpertLoader loader, ICatalogueSource catalogue) : Grain, IExpertGrain
{
    /// <summary>Idle collection must not take an expert away: requests reach it by gRPC, not through the grain.</summary>
    private static readonly TimeSpan KeepAlivePeriod = TimeSpan.FromSeconds(30);

    private ExpertKey _key;
    private ExpertActivation? _activation;
    private IDisposable? _listening;
    private bool _leaving;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExpertKey.Parse(this.GetPrimaryKeyString());
        this.RegisterGrainTimer(
            static _ => Task.CompletedTask,
            new GrainTimerCreationOptions(KeepAlivePeriod, KeepAlivePeriod) { KeepAlive = true, Interleave = true });
        _listening = ChangeToken.OnChange(() => catalogue.Changed, LeaveWhereUnwanted);
        return Task.CompletedTask;
    }

    public async Task<ExpertReplica?> EnsureLoadedAsync()
    {
        if (_leaving)
        {
            // Orleans may run a call that came in right behind the failed one before it deactivates.
            return null;
        }

        if (_activation is null or { Draining: true })
        {
            try
            {
                _activation = await loader.LoadAsync(_key);
            }
            catch (Exception error)
            {
                Leave(elsewhere: error is not ExpertUnusableException);
                throw;
            }
        }

        return _activation.Replica;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _listening?.Dispose();
        if (_activation is { } activation)
        {
            _activation = null;
            loader.Unload(activation);
        }

        return Task.CompletedTask;
    }

    /// <summary>Lets the next call place the replica anew.</summary>
    /// <param name="elsewhere">Whether another host may do better.</param>
    private void Leave(bool elsewhere)
    {
        _leaving = true;
        if (elsewhere)
        {
            // A deactivation alone would not do: other silos remember this one, and their next call would bring the replica back
            // here. Where no other host is better it stands.
            RequestContext.Set(ExpertPlacementDirector.AgainKey, "again");
            this.MigrateOnIdle();
        }

        DeactivateOnIdle();
    }

    /// <summary>
    /// A replica that the catalogue no longer asks for goes; what runs with it ends in peace. On the thread that changed the catalogue,
    /// so it only says so to Orleans.
    /// </summary>
    private void LeaveWhereUnwanted()
    {
        if (catalogue.Current.FindExpert(_key.Expert) is not { } expert || _key.Replica >= expert.Replicas)
        {
            DeactivateOnIdle();
        }
    }
}
