using ExpertCluster.Node.Draining;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Health;

/// <summary>What a router's drain waits for: the requests that were admitted.</summary>
internal sealed partial class RouterWork(AdmissionGate admission, HeldStreams held, ILogger<RouterWork> log) : IDrainedWork
{
    public int Running => admission.InFlight;

    /// <summary>Streams that are held and that nobody follows end now.</summary>
    public Task CloseAsync()
    {
        held.Close();
        return admission.CloseAsync();
    }

    public void TellBegun() => LogDraining(log, Running);

    public void TellTimeUp(int seconds) => LogTimeUp(log, seconds, Running);

    [LoggerMessage(3101, LogLevel.Information, "Draining; {Running} requests run")]
    private static partial void LogDraining(ILogger log, int running);

    [LoggerMessage(3102, LogLevel.Warning, "After {Seconds} s of draining {Running} requests still run; they are cut")]
    private static partial void LogTimeUp(ILogger log, int seconds, int running);
}
