using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>
/// Counts probe periods as this process lives them through: ten ticks each, a late tick counts for one. The primary, which
/// probes the silos, runs in the same process by the same rule; so on a starved machine both are slow together.
/// </summary>
internal static class ProbePeriods
{
    private const int TicksAPeriod = 10;

    /// <summary>Periods until the primary lists the silo as dead.</summary>
    public static async Task<double> UntilDeadAsync(TestCluster cluster, SiloAddress silo, TimeSpan period)
    {
        using var timer = new PeriodicTimer(period / TicksAPeriod);
        for (var ticks = 0; ; ticks++)
        {
            if (cluster.Member(0, silo) == SiloStatus.Dead)
                return (double)ticks / TicksAPeriod;
            Assert.True(ticks < 100 * TicksAPeriod, $"{silo} is not dead after a hundred probe periods.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
