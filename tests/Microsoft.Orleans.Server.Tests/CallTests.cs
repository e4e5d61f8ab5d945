using Microsoft.Orleans.Server.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task GetGrain_FromAnySilo_ReachesTheSameActivation()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var seen = new HashSet<ActivationInfo>();
        for (var silo = 0; silo < 3; silo++)
            seen.Add(await cluster.Factory(silo).GetGrain<IProbeGrain>("one").Describe());
        Assert.Single(seen);
        Assert.Equal(1, cluster.Journal.Count("activated one"));
    }

    [Fact]
    public async Task FirstCalls_200AtOnceFromThreeSilos_GiveOneActivation()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        for (var round = 0; round < 5; round++)
        {
            var key = $"cold{round}";
            var calls = Enumerable.Range(0, 200).Select(i => Task.Run(() => cluster.Factory(i % 3).GetGrain<IProbeGrain>(key).Increment()));
            var counts = await Task.WhenAll(calls);
            Assert.Equal(1, cluster.Journal.Count($"activated {key}"));
            Assert.Equal(Enumerable.Range(1, 200), counts.Order());
        }
    }

    [Fact]
    public async Task Call_EveryReturnShape_Answers()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var grain = cluster.Factory(silo).GetGrain<IProbeGrain>("shapes");
            await grain.Touch();
            Assert.Equal(silo, await grain.Count());
            Assert.Equal(silo + 1, await grain.Increment());
            Assert.Equal("shapes", await grain.Key());
            Assert.Equal("shapes", grain.GetPrimaryKeyString());
        }
    }

    [Fact]
    public async Task Call_FromGrainToGrain_CarriesTheRequestContext()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        RequestContext.Set("who", "me");
        for (var i = 0; i < 8; i++)
            Assert.Equal("me on the way", await cluster.Factory(i % 2).GetGrain<IProbeGrain>($"from{i}").OtherReadsContext($"to{i}", "who"));
        Assert.Null(RequestContext.Get("added"));
    }

    [Theory]
    [InlineData("argument", typeof(ArgumentException))]
    [InlineData("order", typeof(OrderException))]
    [InlineData("other", typeof(NotSupportedException))]
    public async Task Call_GrainThrows_CallerGetsTypeAndMessage(string kind, Type expected)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var exception = await Assert.ThrowsAsync(expected, () => cluster.Factory(silo).GetGrain<IProbeGrain>("thrower").Throw(kind, "what went wrong"));
            Assert.Equal("what went wrong", exception.Message);
            if (exception is OrderException order)
            {
                Assert.Equal(7, order.Order);
                Assert.Equal("within", Assert.IsType<InvalidOperationException>(order.InnerException).Message);
            }
        }
    }

    [Fact]
    public async Task Call_CallerCancels_GrainsTokenFires()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            using var source = new CancellationTokenSource();
            var call = cluster.Factory(silo).GetGrain<IProbeGrain>("waiter").WaitForCancellation(source.Token);
            await Eventually.Holds(() => cluster.Journal.Count("waiting") == silo + 1, "the grain waits");
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            await Eventually.Holds(() => cluster.Journal.Count("cancelled") == silo + 1, "the grain's token has fired");
        }
    }

    [Fact]
    public async Task Call_NobodyAnswers_TimesOut()
    {
        await using var cluster = await TestCluster.StartAsync(2, (_, silo) =>
            global::Orleans.Hosting.SiloBuilderExtensions.Configure<global::Orleans.Configuration.SiloMessagingOptions>(
                silo, options => options.ResponseTimeout = TimeSpan.FromMilliseconds(600)));
        for (var silo = 0; silo < 2; silo++)
            await Assert.ThrowsAsync<TimeoutException>(() => cluster.Factory(silo).GetGrain<IProbeGrain>("hanger").Hang());
    }
}
