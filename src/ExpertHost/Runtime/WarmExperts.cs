using System.Collections.Concurrent;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using Orleans;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Does what this host was told to keep warm: one grain a version of an expert holds it. Called every second with all of it, so what failed is tried
/// again.
/// </summary>
internal sealed partial class WarmExperts(IGrainFactory grains, NodeOptions node, ILogger<WarmExperts> log) : IDisposable
{
    /// <summary>Loads at once: the disk and the copies into the runtime are shared with requests.</summary>
    private const int Workers = 2;

    private readonly ConcurrentDictionary<ExpertKey, string> _kept = new();
    private readonly ConcurrentDictionary<ExpertKey, bool> _inWork = new();
    private readonly ConcurrentDictionary<ExpertKey, string> _told = new();
    private readonly SemaphoreSlim _workers = new(Workers);

    /// <summary>Experts and their revisions, as they are kept now; each version by itself.</summary>
    public IReadOnlyDictionary<ExpertKey, string> Kept => _kept;

    /// <summary>Begins what is to be done; does not wait for it.</summary>
    public void Follow(HostOrders orders)
    {
        var wanted = orders.Warm.ToDictionary(o => new ExpertKey(o.Expert, node.Name, o.Version), o => o.Revision);
        foreach (var (expert, revision) in wanted)
        {
            if (_kept.GetValueOrDefault(expert) != revision && _inWork.TryAdd(expert, true))
            {
                _ = WorkAsync(expert, () => WarmAsync(expert, revision));
            }
        }

        foreach (var expert in _kept.Keys.Where(e => !wanted.ContainsKey(e) && _inWork.TryAdd(e, true)).ToArray())
        {
            _ = WorkAsync(expert, () => LetGoAsync(expert));
        }
    }

    /// <summary>Its grain is gone: where it is still wanted, the next order brings it back.</summary>
    public void Forget(ExpertKey expert) => _kept.TryRemove(expert, out _);

    public void Dispose() => _workers.Dispose();

    private async Task WorkAsync(ExpertKey expert, Func<Task> work)
    {
        try
        {
            await _workers.WaitAsync();
            try
            {
                await work();
            }
            finally
            {
                _workers.Release();
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The cluster may be changing, or the process stops; the next order is a second away.
            Tell(expert, OneLine.Of(error));
        }
        finally
        {
            _inWork.TryRemove(expert, out _);
        }
    }

    private async Task WarmAsync(ExpertKey expert, string revision)
    {
        var state = await GrainOf(expert).WarmAsync(revision);
        if (state.Revision == revision)
        {
            _kept[expert] = revision;
            _told.TryRemove(expert, out _);
        }
        else if (!state.IsUnusable)
        {
            // What is unusable the loader has told of.
            Tell(expert, state.Reason);
        }
    }

    private async Task LetGoAsync(ExpertKey expert)
    {
        await GrainOf(expert).LetGoAsync();
        _kept.TryRemove(expert, out _);
        _told.TryRemove(expert, out _);
    }

    /// <summary>Once, until it is another reason or it worked.</summary>
    private void Tell(ExpertKey expert, string reason)
    {
        if (_told.GetValueOrDefault(expert) != reason)
        {
            _told[expert] = reason;
            LogNotWarm(log, expert.Slot, reason);
        }
    }

    private IExpertGrain GrainOf(ExpertKey expert) => grains.GetGrain<IExpertGrain>(expert.ToString());

    [LoggerMessage(2305, LogLevel.Warning, "Expert {Expert} is not kept warm here: {Reason}")]
    private static partial void LogNotWarm(ILogger log, string expert, string reason);
}
