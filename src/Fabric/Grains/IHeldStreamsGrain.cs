using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>The streams that a router holds. Activated on that router; its key is <see cref="RequestKey.OfRouter"/> its silo. It tells where they are: their events go from router to router.</summary>
[Alias("expertcluster.IHeldStreamsGrain")]
public interface IHeldStreamsGrain : IGrainWithStringKey
{
    /// <returns>Null: it holds no such stream.</returns>
    [Alias("Find")]
    Task<HeldStreamPlace?> FindAsync(string id);

    /// <summary>Ends a stream that runs, and keeps nothing of it.</summary>
    /// <param name="id">Of the stream.</param>
    /// <param name="begunBefore">Only one that began before this, milliseconds of unix time: another router has one that began then. <see cref="long.MaxValue"/>: any.</param>
    /// <returns>Whether there was one.</returns>
    [Alias("Drop")]
    Task<bool> DropAsync(string id, long begunBefore);

    /// <returns>All that it holds, the newest first.</returns>
    [Alias("List")]
    Task<HeldStreamSummary[]> ListAsync();
}
