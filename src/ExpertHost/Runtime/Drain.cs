using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// What SIGTERM does here: not ready first, then nothing new, then the running streams end or their time is up.
/// Registered last, so that it stops first, while silo and server still run.
/// </summary>
internal sealed partial class Drain(
    HostState state, ActivationRegistry activations, NodeOptions node, TimeProvider time, ILogger<Drain> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        state.BeginDrain();
        LogDraining(log, activations.All.Sum(a => a.Running));
        var drained = Task.WhenAll(activations.All.Select(a => a.DrainAsync()));
        try
        {
            await drained.WaitAsync(TimeSpan.FromSeconds(node.DrainSeconds), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogTimeUp(log, node.DrainSeconds, activations.All.Sum(a => a.Running));
        }
    }

    [LoggerMessage(2401, LogLevel.Information, "Draining; {Running} requests run")]
    private static partial void LogDraining(ILogger log, int running);

    [LoggerMessage(2402, LogLevel.Warning, "After {Seconds} s of draining {Running} requests still run; they are cut")]
    private static partial void LogTimeUp(ILogger log, int seconds, int running);
}
