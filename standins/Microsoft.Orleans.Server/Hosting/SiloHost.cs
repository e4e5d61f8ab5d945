using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Activation;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloHost(
    LocalSilo local,
    SiloListener listener,
    FrameDispatcher dispatcher,
    ConnectionPool connections,
    PeerWatch peers,
    Joiner joiner,
    MembershipAgent agent,
    MembershipClient membership,
    FailureDetector detector,
    TableRefresher refresher,
    Catalog catalog,
    Messenger messenger,
    IdleCollector collector,
    IEnumerable<StartupStep> steps,
    IServiceProvider services,
    ILogger<SiloHost> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _background = Task.CompletedTask;
    private bool _started;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        connections.Gate = peers;
        agent.Evicted += FallSilent;
        listener.Received = dispatcher.Receive;
        listener.Start();
        _started = true;
        try
        {
            await joiner.JoinAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
        detector.Start();
        _background = Task.WhenAll(refresher.RunAsync(_stopping.Token), collector.RunAsync(_stopping.Token));
        foreach (var step in steps.OrderBy(static step => step.Stage))
            await step.RunAsync(services, cancellationToken).ConfigureAwait(false);
        logger.LogInformation("Silo {Silo} ({Name}) is active in cluster {Cluster}", local.SiloAddress, local.Name, local.ClusterId);
    }

    /// <summary>1. No new grains; 2. the grains that are here end in order; 3. the cluster forgets this silo; 4. the wires go.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started)
            return;
        agent.Leave();
        detector.Stop();
        await TellAsync(SiloStatus.ShuttingDown, cancellationToken).ConfigureAwait(false);
        try
        {
            await catalog.DeactivateAllAsync(new(DeactivationReasonCode.ShuttingDown, "The silo shuts down."), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("The silo stops with {Count} grains still active: the time for an orderly stop is over", catalog.All.Count);
        }
        await TellAsync(SiloStatus.Dead, cancellationToken).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _background.ConfigureAwait(false);
        await connections.StopAsync(cancellationToken).ConfigureAwait(false);
        await listener.StopAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        // A host that was not stopped in order: nothing of it may run on.
        _stopping.Cancel();
        listener.Dispose();
        connections.Close();
    }

    /// <summary>The cluster has gone on without this silo: it says and hears nothing more, and makes no more grains.</summary>
    private void FallSilent(SiloUnavailableException reason)
    {
        catalog.Refuse(reason.Message);
        detector.Stop();
        listener.Dispose();
        connections.Close();
        messenger.Pending.FailAll(() => new SiloUnavailableException(reason.Message));
    }

    private async Task TellAsync(SiloStatus status, CancellationToken cancellationToken)
    {
        if (agent.LocalStatus is SiloStatus.None or SiloStatus.Dead)
            return;
        try
        {
            await membership.SetStatusAsync(status, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or OperationCanceledException)
        {
            logger.LogDebug(exception, "The primary silo did not hear that this silo is {Status}", status);
        }
    }
}
