using ExpertCluster.Node.Exit;
using ExpertCluster.Node.Membership;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Node.Hosting;

/// <summary>
/// Bounds the end of a process. It stops right behind the drain, when no request runs any more; what is left (telling the
/// membership store, closing connections) is worth a few seconds, and a store that is down or empty may not make it minutes.
/// Before the node has joined there is nothing to finish, and it ends at once.
/// </summary>
internal sealed partial class StopLimit(
    ClusterJoin join, INodeExit exit, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StopLimit> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private IReadOnlyList<IHostedService> _services = [];
    private CancellationTokenRegistration _stopping;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked for now: a process that is told to stop may have begun to dispose of its services.
        _services = [.. services.GetServices<IHostedService>()];
        _stopping = lifetime.ApplicationStopping.Register(EndWhereNotJoined);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => End(), null, Limit, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stopping.Unregister();
        _timer?.Dispose();
    }

    private void EndWhereNotJoined()
    {
        if (join.IsJoined)
        {
            return;
        }

        if (NodeFault.Of(_services) is not { } fault)
        {
            exit.End(NodeExitCodes.Stopped);
        }
        else if (NodeFault.ReasonOfStart(fault) is { } reason)
        {
            exit.End(NodeExitCodes.Refused, reason);
        }

        // A fault of ours is worth its stack: NodeProgram tells it.
    }

    private void End()
    {
        LogCut(log, Limit.TotalSeconds);
        exit.End(NodeExitCodes.Stopped);
    }

    [LoggerMessage(1201, LogLevel.Warning, "The silo did not leave the cluster within {Seconds} s; the others will find out by themselves")]
    private static partial void LogCut(ILogger log, double seconds);
}
