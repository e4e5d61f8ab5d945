using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>
/// Brings an expert to the number of replicas that the catalogue asks for, never more than there are hosts.
/// Replicas are placed one after the other, each away from the hosts that have one already.
/// </summary>
internal sealed partial class ExpertManagerGrain(
    ICatalogueSource catalogue, ClusterViewCache view, TimeProvider time, ILogger<ExpertManagerGrain> log) : Grain, IExpertManagerGrain
{
    /// <summary>A first failure is often a host that just died, or lacks memory: the second try is placed elsewhere where that can be.</summary>
    private const int Tries = 2;

    /// <summary>How often, and after which time, a replica is asked again whose failed activation is still there: a second in all.</summary>
    private const int Leaves = 100;
    private static readonly TimeSpan LeaveTime = TimeSpan.FromMilliseconds(10);

    public async Task<ExpertReplica[]> GetReplicasAsync()
    {
        string name = this.GetPrimaryKeyString();
        var expert = catalogue.Current.FindExpert(name) ?? throw new KeyNotFoundException($"the catalogue has no expert '{name}'");
        int hosts = Math.Max(1, view.Current.Hosts.Count(h => !h.Draining));
        List<ExpertReplica> replicas = [];
        Exception? failure = null;
        for (int i = 0; i < Math.Min(expert.Replicas, hosts); i++)
        {
            var (replica, error) = await PlaceAsync(new ExpertKey(name, i), expert.Base, replicas);
            failure = error ?? failure;
            if (replica is not null)
            {
                replicas.Add(replica);
            }
        }

        return replicas.Count > 0
            ? [.. replicas]
            : throw failure as ExpertUnusableException ?? (Exception)new InvalidOperationException($"no host can load expert '{name}': {(failure is null ? "the catalogue asks for none" : OneLine.Of(failure))}", failure);
    }

    private async Task<(ExpertReplica? Replica, Exception? Failure)> PlaceAsync(ExpertKey key, string baseName, List<ExpertReplica> placed)
    {
        Exception? failure = null;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            RequestContext.Set(ExpertPlacementDirector.BaseKey, baseName);
            RequestContext.Set(ExpertPlacementDirector.AvoidKey, string.Join(',', placed.Select(r => r.Host)));
            try
            {
                return (await LoadAsync(key), null);
            }
            catch (ExpertUnusableException error)
            {
                // The host that read it has told its log; no other one can do better.
                return (null, error);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Whatever kept this replica from loading, the others may still serve; the last failure is told if none does.
                LogReplicaFailed(log, key.ToString(), OneLine.Of(error));
                failure = error;
            }
        }

        return (null, failure);
    }

    private async Task<ExpertReplica> LoadAsync(ExpertKey key)
    {
        var grain = GrainFactory.GetGrain<IExpertGrain>(key.ToString());
        for (int i = 0; i < Leaves; i++)
        {
            if (await grain.EnsureLoadedAsync() is { } replica)
            {
                return replica;
            }

            await Task.Delay(LeaveTime, time);
        }

        throw new TimeoutException($"the activation of {key} that failed does not go");
    }

    [LoggerMessage(2001, LogLevel.Warning, "Replica {Replica} could not be loaded: {Reason}")]
    private static partial void LogReplicaFailed(ILogger log, string replica, string reason);
}
