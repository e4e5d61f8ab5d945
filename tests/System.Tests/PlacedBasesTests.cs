using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>Bases that not every host runs: each is where placement puts it, and one that nobody asked for comes when somebody does.</summary>
public sealed class PlacedBasesTests
{
    [Fact(Timeout = 300_000)]
    public async Task Up_BasesOfOneReplica_AreOnAHostEachAndOneOfNoneComesWhenItIsAskedFor()
    {
        using var folder = new TemporaryFolder();
        string demo = RepositoryRoot.Combine("models", "demo");
        string law = $"{demo}/adapters/law";
        await File.WriteAllTextAsync(
            folder["experts.yaml"],
            $$"""
            bases:
              - {name: near, path: {{demo}}/base, replicas: 1, max_replicas: 1}
              - {name: far, path: {{demo}}/base, replicas: 1, max_replicas: 1}
              - {name: rare, path: {{demo}}/base, replicas: 0}
            experts:
              - {name: law, base: near, adapter: {{law}}}
              - {name: leases, base: rare, adapter: {{law}}}
            """,
            TestContext.Current.CancellationToken);
        await using var cluster = await TestCluster.StartAsync("--hosts", "2", "--config", folder["experts.yaml"]);

        string near = await HostOfAsync(cluster, "near");
        string far = await HostOfAsync(cluster, "far");

        Assert.NotEqual(near, far);
        Assert.Equal(near, await HostOfAsync(cluster, "law"));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal((near, far), (await HostOfAsync(cluster, "law"), await HostOfAsync(cluster, "far")));
        }

        Assert.Contains(await HostOfAsync(cluster, "leases"), (string[])[near, far]);
        Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
    }

    /// <summary>Until it is answered: a base is opened while its first requests wait, or come again.</summary>
    private static async Task<string> HostOfAsync(TestCluster cluster, string model)
    {
        string? host = null;
        await Gauges.UntilAsync(async () =>
        {
            try
            {
                host = (await cluster.Client.AskAsync(Requests.Chat(model, "Who signs the lease?", 8))).Plan.Host;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                TestContext.Current.TestOutputHelper!.WriteLine(error.Status.Detail);
            }

            return host is not null;
        });
        return host!;
    }
}
