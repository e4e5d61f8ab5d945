using ExpertCluster.Node.Draining;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>What a host's drain waits for: the requests that hold activations.</summary>
internal sealed partial class HostWork(ActivationRegistry activations, ILogger<HostWork> log) : IDrainedWork
{
    public int Running => activations.All.Sum(a => a.Running);

    public Task CloseAsync() => Task.WhenAll(activations.All.Select(a => a.DrainAsync()));

    public void TellBegun() => LogDraining(log, Running);

    public void TellTimeUp(int seconds) => LogTimeUp(log, seconds, Running);

    [LoggerMessage(2401, LogLevel.Information, "Draining; {Running} requests run")]
    private static partial void LogDraining(ILogger log, int running);

    [LoggerMessage(2402, LogLevel.Warning, "After {Seconds} s of draining {Running} requests still run; they are cut")]
    private static partial void LogTimeUp(ILogger log, int seconds, int running);
}
