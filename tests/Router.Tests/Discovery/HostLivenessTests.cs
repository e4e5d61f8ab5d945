using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Discovery;

/// <summary>Hosts behind real connections, asked for their health.</summary>
public sealed class HostLivenessTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_HostIsGone_IsOutAtOnceAndTheOthersStay()
    {
        await using var hosts = await FakeHosts.StartAsync(2, (_, _, _, _) => Task.CompletedTask);
        await hosts.StopAsync(0);

        await hosts.Liveness.AskAsync(_cancellation);

        Assert.False(hosts.Liveness.IsAlive("host-0"));
        Assert.True(hosts.Liveness.IsAlive("host-1"));
        Assert.True(hosts.Liveness.AnyAlive);
    }

    [Fact]
    public async Task Ask_AllHostsAreGone_NoneIsAlive()
    {
        await using var hosts = await FakeHosts.StartAsync(2, (_, _, _, _) => Task.CompletedTask);
        await hosts.StopAsync(0);
        await hosts.StopAsync(1);

        await hosts.Liveness.AskAsync(_cancellation);

        Assert.False(hosts.Liveness.AnyAlive);
        Assert.True(hosts.Liveness.NoneLeft);
    }

    /// <summary>As where the only host of the first view dies before the second view comes.</summary>
    [Theory]
    [InlineData(false, "host-0", "host-1")]
    [InlineData(true, "host-0")]
    [InlineData(true)]
    public async Task NoneLeft_TheMembershipHasAHostThatWasNeverHeardOf_IsFalse(bool expected, params string[] members)
    {
        await using var hosts = await FakeHosts.StartAsync(1, (_, _, _, _) => Task.CompletedTask);
        hosts.Members.Names = members;
        await hosts.StopAsync(0);

        await hosts.Liveness.AskAsync(_cancellation);

        Assert.Equal(expected, hosts.Liveness.NoneLeft);
    }

    /// <summary>The grain that makes the view may have moved, and have heard of nobody yet.</summary>
    [Fact]
    public async Task Ask_ViewLacksAHostThatAnswers_ItStays()
    {
        await using var hosts = await FakeHosts.StartAsync(1, (_, _, _, _) => Task.CompletedTask);
        hosts.Known.Update(ClusterView.Empty, _ => false);

        await hosts.Liveness.AskAsync(_cancellation);
        Assert.True(hosts.Liveness.IsAlive("host-0"));

        await hosts.StopAsync(0);
        await hosts.Liveness.AskAsync(_cancellation);
        Assert.False(hosts.Liveness.IsAlive("host-0"));
    }
}
