using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Router.Resumption;

/// <summary>
/// Finds the router that holds a stream. An id that a router made names it; for one that a caller chose all others are asked, side by side: routers are few, nothing has to
/// be written down while a stream begins, and no directory can be lost. An address comes from the router itself, by its grain, so none but a member's is ever called.
/// </summary>
internal sealed partial class StreamFinder(IGrainFactory grains, IRouterMembers routers, NodeOptions node, TimeProvider time, ILogger<StreamFinder> log)
{
    /// <summary>Routers that are asked for one stream.</summary>
    private const int MostRouters = 64;

    /// <summary>Searches at once: each asks all routers.</summary>
    private const int MostSearches = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string _own = RequestKey.OfRouter(HostMembers.SiloNameOf(NodeRole.Router, node.Name));
    private int _searches;

    /// <summary>What callers are told of a stream that no router holds.</summary>
    public static RequestFailedException NotHeld() => new(new Failure(
        FailureKind.NotFound, "id: no router holds this stream: streams are held where a request asks for it, for some minutes after their end, and are lost with their router", "id"));

    /// <summary>Where another router holds it.</summary>
    /// <returns>The router's address; null: no other holds it.</returns>
    /// <exception cref="RequestFailedException">Overloaded: too many are searched for.</exception>
    public async Task<string?> FindAsync(string id, CancellationToken cancellation)
    {
        var places = await AskAllAsync(KeysOf(id), grain => grain.FindAsync(id), cancellation);
        return places.OfType<HeldStreamPlace>().MaxBy(p => p.BegunAtUnixMs)?.Address;
    }

    /// <summary>What other routers hold.</summary>
    /// <returns>Theirs, and the names of routers that did not answer, or were not asked.</returns>
    /// <exception cref="RequestFailedException">Overloaded: too many are searched for.</exception>
    public async Task<(IReadOnlyList<HeldStreamSummary> Streams, IReadOnlyList<string> Silent)> ListAsync(CancellationToken cancellation)
    {
        string[] others = [.. routers.SiloNames.Where(silo => RequestKey.OfRouter(silo) != _own)];
        var lists = await AskAllAsync(others.Take(MostRouters).Select(RequestKey.OfRouter), async grain => (HeldStreamSummary[]?)await grain.ListAsync(), cancellation);
        return ([.. lists.SelectMany(list => list ?? [])], [.. others.Where((_, i) => i >= lists.Length || lists[i] is null).Select(HostMembers.NameOf)]);
    }

    /// <summary>Has others let go of it.</summary>
    /// <exception cref="RequestFailedException">Overloaded: too many are searched for.</exception>
    public Task DropAsync(string id, CancellationToken cancellation) => AskAllAsync(KeysOf(id), async grain => (bool?)await grain.DropAsync(id, long.MaxValue), cancellation);

    /// <summary>This router has begun one of that id: older ones go. Never fails.</summary>
    public async Task DropOthersAsync(string id, DateTimeOffset begunAt)
    {
        try
        {
            await AskAllAsync(KeysOf(id), async grain => (bool?)await grain.DropAsync(id, begunAt.ToUnixTimeMilliseconds()), CancellationToken.None);
        }
        catch (RequestFailedException error)
        {
            LogUnreachable(log, OneLine.Of(error));
        }
    }

    private async Task<T?[]> AskAllAsync<T>(IEnumerable<string> keys, Func<IHeldStreamsGrain, Task<T?>> ask, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _searches) > MostSearches)
        {
            Interlocked.Decrement(ref _searches);
            throw new RequestFailedException(FailureKind.Overloaded, $"{MostSearches} streams are being looked for on other routers, which is all that are at once; try again later");
        }

        try
        {
            return await Task.WhenAll(keys.Select(key => AskAsync(key, ask, cancellation)));
        }
        finally
        {
            Interlocked.Decrement(ref _searches);
        }
    }

    /// <summary>A router that is gone took its streams with it.</summary>
    private async Task<T?> AskAsync<T>(string key, Func<IHeldStreamsGrain, Task<T?>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(grains.GetGrain<IHeldStreamsGrain>(key)).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            LogUnreachable(log, OneLine.Of(error));
            return default;
        }
    }

    private IEnumerable<string> KeysOf(string id)
    {
        var others = routers.SiloNames.Select(RequestKey.OfRouter).Where(key => key != _own);
        return StreamIds.RouterOf(id) is { } router ? others.Where(key => key == router).Take(1) : others.Take(MostRouters);
    }

    [LoggerMessage(3711, LogLevel.Debug, "A router was not asked for a stream: {Reason}")]
    private static partial void LogUnreachable(ILogger log, string reason);
}
