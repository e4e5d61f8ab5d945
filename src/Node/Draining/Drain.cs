using ExpertCluster.Node.Options;
using Microsoft.Extensions.Hosting;

namespace ExpertCluster.Node.Draining;

/// <summary>
/// What SIGTERM does: not ready first, then nothing new, then the running streams end or their time is up.
/// Registered last, so that it stops first, while silo and server still run.
/// </summary>
internal sealed class Drain(DrainState state, IDrainedWork work, NodeOptions node, TimeProvider time) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        work.TellBegun();
        try
        {
            await work.CloseAsync().WaitAsync(TimeSpan.FromSeconds(node.DrainSeconds), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            work.TellTimeUp(node.DrainSeconds);
        }
    }
}
