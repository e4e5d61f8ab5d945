using Microsoft.Extensions.DependencyInjection;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans.OneMachine.Activation;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class MovingGrainTests
{
    /// <summary>Eleven tries, with pauses that double, two seconds in all; the official package gives up after two moves.</summary>
    [Fact]
    public async Task Call_OfAGrainThatIsNeverWhereItShouldBe_IsRejectedInTheEnd()
    {
        await using var cluster = await TestCluster.StartAsync(2);

        // Placement insists on B, which makes no more grains.
        cluster.Silos[1].Services.GetRequiredService<Catalog>().Close();

        var exception = await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => cluster.Factory(0).GetGrain<IPlacedGrain>("B-nowhere").SiloName());

        Assert.Contains("moved 10 times", exception.Message, StringComparison.Ordinal);
        Assert.Contains("B-nowhere", exception.Message, StringComparison.Ordinal);
        Assert.Equal(11, cluster.Journal.Count("placing B-nowhere on behalf of A"));
    }
}
