using System.Collections.Concurrent;
using ExpertCluster.Cluster.Grains;
using Orleans;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Where experts are, as the grains said. Any number of requests that miss share one question. An entry stays until
/// somebody finds it wrong, or the set of hosts changes.
/// </summary>
internal sealed class ExpertDirectory(IGrainFactory grains)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ExpertReplica[]>>> _replicas = new(StringComparer.Ordinal);

    /// <summary>The replicas of an expert of the catalogue. Throws what the grain call throws.</summary>
    public async Task<ExpertReplica[]> ResolveAsync(string expert, CancellationToken cancellation)
    {
        var asked = _replicas.GetOrAdd(
            expert, static (name, grains) => new Lazy<Task<ExpertReplica[]>>(() => Ask(grains, name)), grains);
        try
        {
            return await asked.Value.WaitAsync(cancellation);
        }
        catch when (asked.Value.IsCompleted)
        {
            // A failure must not stick; a cancelled waiter leaves the question to the others.
            _replicas.TryRemove(KeyValuePair.Create(expert, asked));
            throw;
        }
    }

    public void Forget(IEnumerable<string> experts)
    {
        foreach (string expert in experts)
        {
            _replicas.TryRemove(expert, out _);
        }
    }

    public void ForgetAll() => _replicas.Clear();

    // Not on the caller's context: a grain call must not hold up the request thread that happened to ask first.
    private static Task<ExpertReplica[]> Ask(IGrainFactory grains, string name) =>
        Task.Run(() => grains.GetGrain<IExpertManagerGrain>(name).GetReplicasAsync());
}
