using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class HostBackendTests
{
    /// <summary>Placement scales by demand: a shadow gets the replicas that the catalogue wishes for it, and no more.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Open_Copy_IsNoDemand(bool isCopy, int asked)
    {
        ulong caller = 0;
        await using var hosts = await FakeHosts.StartAsync(1, (_, request, stream, _) =>
        {
            caller = request.Caller;
            return stream.WriteAsync(new GenerateChunk { Text = "a", FinishReason = FinishReason.Stop });
        });
        var demand = new DemandMeter(TimeProvider.System);
        var plan = Streams.CallOf(new GenerateRequest(), DateTime.MaxValue).Plan;
        var call = new BackendCall(new CompletionRequest { Prompt = "a", Caller = 7 }, plan, DateTime.MaxValue) { IsCopy = isCopy };

        using var answer = await new HostBackend(hosts.Dispatcher, demand, hosts.Metrics).OpenAsync(call, TestContext.Current.CancellationToken);

        Assert.Equal(("a", 7ul), (answer.Current.Text, caller));
        Assert.Equal(asked, demand.Take("router").Experts.Length);
    }
}
