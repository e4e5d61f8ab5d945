using ExpertCluster.Node.Options;
using ExpertCluster.Router.Admission;

namespace ExpertCluster.Router.Health;

/// <summary>What SIGTERM does here: not ready first, then nothing new, then the running streams end or their time is up.</summary>
internal sealed partial class Drain(
    RouterState state, AdmissionGate admission, NodeOptions node, TimeProvider time, ILogger<Drain> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        state.BeginDrain();
        LogDraining(log, admission.InFlight);
        try
        {
            await admission.CloseAsync().WaitAsync(TimeSpan.FromSeconds(node.DrainSeconds), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogTimeUp(log, node.DrainSeconds, admission.InFlight);
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Draining; {Running} requests run")]
    private static partial void LogDraining(ILogger log, int running);

    [LoggerMessage(3102, LogLevel.Warning, "After {Seconds} s of draining {Running} requests still run; they are cut")]
    private static partial void LogTimeUp(ILogger log, int seconds, int running);
}
