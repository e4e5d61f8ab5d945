using ExpertCluster.Node.Exit;
using ExpertCluster.Node.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// Around a provider's table, what the provider leaves to chance. A store that is not there at the start is waited for; one that
/// refuses this node ends the process with one sentence, and so does what other members say against it (<see cref="Newcomer"/>). And a store that tells an older story than the cluster knows, because it
/// was emptied, or lost its last writes, is told again what every node still knows: without that, no member could change its
/// status any more, and who is missing in a newer version takes itself for dead.
/// </summary>
internal sealed partial class SteadyMembershipTable(
    IMembershipTable inner,
    IMembershipStore store,
    ClusterJoin join,
    ILocalSiloDetails silo,
    INodeExit exit,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<SteadyMembershipTable> log) : CancellableMembershipTable, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _repairing = new(1, 1);
    private readonly Newcomer _newcomer = new(silo.SiloAddress, silo.Name, time);
    private volatile MembershipTableData? _last;

    /// <summary>Waits for the store, as long as it takes.</summary>
    public override async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        bool told = false;
        while (await FailureOfStartAsync(tryInitTableVersion, either.Token) is { } failure)
        {
            join.Wait($"waiting for {store.Name}, where the cluster's members are");
            if (!told)
            {
                told = true;
                LogWaiting(log, store.Name, OneLine.Of(failure));
            }

            await Task.Delay(Pause, time, either.Token);
        }

        join.Wait("joining the cluster");
        while (!Admit(await inner.ReadAllAsync(either.Token), time.GetUtcNow()).IsSure)
        {
            await Task.Delay(Pause, time, either.Token);
        }
    }

    public override async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var cluster = Cluster();
        var now = time.GetUtcNow();
        var table = await ReadOrRestoreAsync(cancellationToken);
        if (!_newcomer.IsSettled && time.GetUtcNow() - now < Pause)
        {
            Admit(table, now);
        }

        if (table.Version.Version < cluster.Version.Value || IsForgotten(cluster, table))
        {
            table = await RepairAsync(cancellationToken);
        }

        _last = table;
        return table;
    }

    public override Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken) =>
        inner.ReadRowAsync(key, cancellationToken);

    public override Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        inner.InsertRowAsync(entry, tableVersion, cancellationToken);

    public override Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) =>
        inner.UpdateRowAsync(entry, etag, tableVersion, cancellationToken);

    public override Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        inner.UpdateIAmAliveAsync(entry, cancellationToken);

    public override Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        inner.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    public override Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) =>
        inner.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    public void Dispose() => _repairing.Dispose();

    private Admission Admit(MembershipTableData table, DateTimeOffset now)
    {
        var admission = _newcomer.Look(table, now);
        if (admission.Refusal is { } sentence)
        {
            exit.End(NodeExitCodes.Refused, sentence);
        }

        return admission;
    }

    /// <returns>Why the store is no use yet; null once it is.</returns>
    private async Task<Exception?> FailureOfStartAsync(bool tryInitTableVersion, CancellationToken cancellation)
    {
        try
        {
            await store.PrepareAsync(cancellation);
            await inner.InitializeMembershipTableAsync(tryInitTableVersion, cancellation);
            await inner.ReadAllAsync(cancellation);
            return null;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is not OutOfMemoryException)
        {
            if (store.RefusalOf(error) is { } sentence)
            {
                exit.End(NodeExitCodes.Refused, sentence);
            }

            return error;
        }
    }

    private async Task<MembershipTableData> ReadOrRestoreAsync(CancellationToken cancellation)
    {
        try
        {
            return await inner.ReadAllAsync(cancellation);
        }
        catch (Exception error) when (_last is not null && error is not (OperationCanceledException or OutOfMemoryException))
        {
            // Down, or back without its tables: then it gets them. Where it is down this fails too, which is what the reader is told.
            await store.PrepareAsync(cancellation);
            await inner.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellation);
            return await inner.ReadAllAsync(cancellation);
        }
    }

    /// <summary>
    /// Whether the table lacks this node, which is a member: who is evicted keeps a row that says so. As where another node, that
    /// had not heard of this one yet, told an emptied store what it knew.
    /// </summary>
    private bool IsForgotten(ClusterMembershipSnapshot cluster, MembershipTableData table) =>
        cluster.GetSiloStatus(silo.SiloAddress) == SiloStatus.Active && table.TryGet(silo.SiloAddress) is null;

    /// <summary>What this node knows of the cluster; asked late, since that service stands on this table.</summary>
    private ClusterMembershipSnapshot Cluster() => services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot;

    private async Task<MembershipTableData> RepairAsync(CancellationToken cancellation)
    {
        await _repairing.WaitAsync(cancellation);
        try
        {
            var cluster = Cluster();
            LogRepairing(log, store.Name, cluster.Version.Value);
            await store.PrepareAsync(cancellation);
            await inner.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellation);
            return await new MembershipRepair(inner, cluster, _last, time.GetUtcNow().UtcDateTime).RunAsync(cancellation);
        }
        finally
        {
            _repairing.Release();
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "Waiting for {Store}, where the cluster's members are: {Reason}")]
    private static partial void LogWaiting(ILogger log, string store, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "{Store} has forgotten members that the cluster knows (at version {Version}); it is told again")]
    private static partial void LogRepairing(ILogger log, string store, long version);
}
