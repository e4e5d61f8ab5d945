using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;

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

    /// <summary>A machine that is short of time makes everybody late: what is asked meanwhile waits for a host that has not said no, and is refused at once where all have.</summary>
    [Fact]
    public async Task NoneLeft_HostsAreSilent_IsTrueOnlyAfterAWhile()
    {
        var time = new ManualTime();
        var known = new HostDirectory();
        known.Update(new ClusterView { Hosts = [new HostReport { Name = "host-0", Address = "http://127.0.0.1:1" }, new HostReport { Name = "host-1", Address = "http://127.0.0.1:2" }] }, _ => false);
        var probe = new ScriptedProbe();
        using var liveness = new HostLiveness(known, new FakeHosts.FakeMembers(), probe, SuspectBooks.Empty(time), time);
        await liveness.AskAsync(_cancellation);
        Assert.Equal((true, false), (liveness.AnyAlive, liveness.NoneLeft));

        probe.Answers["host-0"] = false;
        probe.Answers["host-1"] = null;
        time.Advance(TimeSpan.FromSeconds(6));
        await liveness.AskAsync(_cancellation);
        Assert.Equal((false, false), (liveness.AnyAlive, liveness.NoneLeft));

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(liveness.NoneLeft);

        probe.Answers["host-1"] = true;
        await liveness.AskAsync(_cancellation);
        Assert.Equal((true, false), (liveness.AnyAlive, liveness.NoneLeft));

        probe.Answers["host-1"] = false;
        await liveness.AskAsync(_cancellation);
        Assert.True(liveness.NoneLeft);
    }

    private sealed class ScriptedProbe : IHostProbe
    {
        public Dictionary<string, bool?> Answers { get; } = new() { ["host-0"] = true, ["host-1"] = true };

        public Task<bool?> AskAsync(string host, string address, TimeSpan patience, CancellationToken cancellation) => Task.FromResult(Answers[host]);
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
