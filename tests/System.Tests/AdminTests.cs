using System.Text.Json;
using ExpertCluster.SystemTests.Support;

namespace ExpertCluster.SystemTests;

/// <summary>What operators see of a cluster that runs.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class AdminTests(SharedCluster shared)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>Every expert of the demo's catalogue has two replicas; hosts warm them within a few seconds of their start.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Experts_OfTheDemo_GetReadyOnBothHosts()
    {
        JsonElement[] experts;
        do
        {
            experts = [.. (await GetAsync("/admin/experts")).GetProperty("experts").EnumerateArray()];
        }
        while (!experts.All(e => e.GetProperty("state").GetString() == "ready" && e.GetProperty("replicas").GetArrayLength() == 2));

        Assert.Contains("law", experts.Select(e => e.GetProperty("name").GetString()));
        Assert.All(experts, e => Assert.Equal(["host-0", "host-1"], e.GetProperty("replicas").EnumerateArray().Select(r => r.GetProperty("host").GetString())));
        Assert.All(experts.SelectMany(e => e.GetProperty("replicas").EnumerateArray()), r => Assert.True(r.GetProperty("since_unix_ms").GetInt64() > 0));
    }

    [Fact(Timeout = 120_000)]
    public async Task Program_ExpertsAndHosts_ShowTheSame()
    {
        string address = shared.Cluster.GrpcAddress.GetLeftPart(UriPartial.Authority);

        var experts = await ProgramRun.ToEndAsync("Cli", [], "experts", "--json", "--grpc-address", address);
        var hosts = await ProgramRun.ToEndAsync("Cli", [], "hosts", "--grpc-address", address);

        Assert.Equal((0, ""), (experts.Code, experts.Errors));
        Assert.Equal(NamesOf(await GetAsync("/admin/experts")), NamesOf(JsonDocument.Parse(experts.Output).RootElement));
        Assert.Equal((0, ""), (hosts.Code, hosts.Errors));
        Assert.Equal(["HOST", "host-0", "host-1"], hosts.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    private static IEnumerable<string?> NamesOf(JsonElement list) => [.. list.GetProperty("experts").EnumerateArray().Select(e => e.GetProperty("name").GetString())];

    private async Task<JsonElement> GetAsync(string path) =>
        JsonDocument.Parse(await shared.Cluster.Http.GetStringAsync(new Uri(path, UriKind.Relative), _cancellation)).RootElement;
}
