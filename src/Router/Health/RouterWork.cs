using ExpertCluster.Node.Draining;
using ExpertCluster.Router.Admission;

namespace ExpertCluster.Router.Health;

/// <summary>What a router's drain waits for: the requests that were admitted.</summary>
internal sealed partial class RouterWork(AdmissionGate admission, ILogger<RouterWork> log) : IDrainedWork
{
    public int Running => admission.InFlight;

    public Task CloseAsync() => admission.CloseAsync();

    public void TellBegun() => LogDraining(log, Running);

    public void TellTimeUp(int seconds) => LogTimeUp(log, seconds, Running);

    [LoggerMessage(3101, LogLevel.Information, "Draining; {Running} requests run")]
    private static partial void LogDraining(ILogger log, int running);

    [LoggerMessage(3102, LogLevel.Warning, "After {Seconds} s of draining {Running} requests still run; they are cut")]
    private static partial void LogTimeUp(ILogger log, int seconds, int running);
}
