using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests;

/// <summary>What `components/keeper` makes of the base: one pod that prepares, and everybody follows it.</summary>
public class KeeperTests
{
    private const string Alone = "base + components/keeper";

    public static TheoryData<string> Renderings => [.. Rendering.Names.Where(name => name.Contains("components/keeper", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Keeper_OfEachRendering_IsOneAtATime(string rendering)
    {
        var keeper = (await WorkloadAsync(rendering, "Deployment/keeper")).Object;

        Assert.Equal((1, "Recreate"), (keeper.Number("spec", "replicas"), keeper.Text("spec", "strategy", "type")));
    }

    /// <summary>A mount by subPath, and a name that changes with the content, would both need another pod for an edit.</summary>
    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Catalogue_OfEachRendering_IsMountedSoThatAnEditIsSeen(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var keeper = Workload.Of(objects).Single(item => item.Id == "Deployment/keeper");
        string config = Argument(keeper.Containers[0], "--config")!;
        var mount = keeper.Containers[0].List("volumeMounts").Single(item => item.Text("name") == "catalogue");

        Assert.Equal((Path.GetDirectoryName(config), null, "true"), (mount.Text("mountPath"), mount.Text("subPath"), mount.Text("readOnly")));
        Assert.Equal("catalogue", keeper.Pod.List("volumes").Single(item => item.Text("name") == "catalogue").Text("configMap", "name"));
        Assert.NotNull(objects.Single(item => item.Id() == "ConfigMap/catalogue").At("data", Path.GetFileName(config)));
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Prepared_OfEachRendering_IsWhereRoutersAndHostsLook(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var keeper = Workload.Of(objects).Single(item => item.Id == "Deployment/keeper");
        var service = objects.Single(item => item.Id() == "Service/keeper");
        var settings = objects.Single(item => item.Id().StartsWith("ConfigMap/settings", StringComparison.Ordinal));

        Assert.Equal("http://keeper:8090/", settings.Text("data", "EXPERTCLUSTER__PREPARED"));
        Assert.Equal("http://keeper:8090", settings.Text("data", "EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS"));
        Assert.Equal(8090, service.List("spec", "ports").Single().Number("port"));
        Assert.EndsWith(":8090", Argument(keeper.Containers[0], "--listen"), StringComparison.Ordinal);
        Assert.Equal([8090], keeper.Ports);

        // Both on the claim, one beside the other.
        var mount = keeper.Containers[0].List("volumeMounts").Single(item => item.Text("name") == "keeper");
        Assert.StartsWith(mount.Text("mountPath") + "/", keeper.Containers[0].List("args")[^1].ToString(), StringComparison.Ordinal);
        Assert.StartsWith(mount.Text("mountPath") + "/", Variable(keeper.Containers[0], "EXPERTCLUSTER_CACHE"), StringComparison.Ordinal);
        Assert.Contains(objects, item => item.Id() == "PersistentVolumeClaim/keeper");
    }

    /// <summary>Ports, addresses and the token's file are the same on both ends.</summary>
    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Admin_OfEachRendering_IsAskedWhereItAnswers(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var keeper = Workload.Of(objects).Single(item => item.Id == "Deployment/keeper");
        var router = Workload.Of(objects).Single(item => item.Id == "Deployment/router");
        var service = objects.Single(item => item.Id() == "Service/router-admin");
        bool secure = rendering.Contains("components/tls", StringComparison.Ordinal);

        Assert.Equal($"{(secure ? "https" : "http")}://router-admin:50053", Argument(keeper.Containers[0], "--grpc-address"));
        Assert.Equal(secure ? "/etc/expertcluster/tls" : null, Argument(keeper.Containers[0], "--tls"));
        foreach (var (name, setting) in new[] { ("http", "ADMINHTTPPORT"), ("grpc", "ADMINGRPCPORT") })
        {
            int port = service.List("spec", "ports").Single(item => item.Text("name") == name).Number("port");
            Assert.Equal($"{port}", Variable(router.Containers[0], $"EXPERTCLUSTER__ROUTER__{setting}"));
            Assert.Contains(port, router.Ports);
        }

        Assert.Equal("on", Variable(router.Containers[0], "EXPERTCLUSTER__ROUTER__ADMIN"));
        Assert.Equal(Argument(keeper.Containers[0], "--token-file"), Variable(router.Containers[0], "EXPERTCLUSTER__ROUTER__ADMINTOKENFILE"));
        foreach (var workload in new[] { keeper, router })
        {
            var mount = workload.Containers[0].List("volumeMounts").Single(item => item.Text("name") == "admin-token");
            Assert.Equal((Path.GetDirectoryName(Argument(keeper.Containers[0], "--token-file")), null), (mount.Text("mountPath"), mount.Text("subPath")));
            Assert.Equal("admin-token", workload.Pod.List("volumes").Single(item => item.Text("name") == "admin-token").Text("secret", "secretName"));
        }
    }

    /// <summary>A router or a host that finds no catalogue ends with 2: none starts before the first one is prepared.</summary>
    [Theory]
    [InlineData("Deployment/router")]
    [InlineData("StatefulSet/expert-host")]
    public async Task Pods_ThatFollow_WaitForTheKeepersPort(string id)
    {
        var wait = Assert.Single((await WorkloadAsync(Alone, id)).Pod.List("initContainers"));
        string script = wait.List("command")[^1].ToString();
        Assert.Contains("/dev/tcp/keeper/8090", script, StringComparison.Ordinal);

        // Not there, it waits; there, it ends.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string local = script.Replace("keeper/8090", $"127.0.0.1/{((IPEndPoint)listener.LocalEndpoint).Port}", StringComparison.Ordinal);
        Assert.Equal(0, (await Tool.TryAsync("timeout", ["20", "bash", "-c", local], cancellationToken: TestContext.Current.CancellationToken)).Code);
        listener.Stop();
        Assert.Equal(124, (await Tool.TryAsync("timeout", ["1", "bash", "-c", local], cancellationToken: TestContext.Current.CancellationToken)).Code);
    }

    /// <summary>What the keeper is told, its program understands.</summary>
    [Fact]
    public async Task Arguments_OfTheKeeper_AreOptionsOfTheProgram()
    {
        var keeper = await WorkloadAsync(Rendering.WithKeeper, "Deployment/keeper");
        string command = RepositoryRoot.Read("src", "Cli", "Commands", "KeepCommand.cs") + RepositoryRoot.Read("src", "Cli", "Commands", "AddressOptions.cs");

        Assert.Equal("keep", keeper.Containers[0].List("args")[0].ToString());
        Assert.All(
            keeper.Containers[0].List("args").Select(item => item.ToString()).Where(item => item.StartsWith("--", StringComparison.Ordinal)),
            option => Assert.Contains($"\"{option}\"", command, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keeper", "router", 50053, true)]
    [InlineData("router", "keeper", 8090, true)]
    [InlineData("expert-host", "keeper", 8090, true)]
    [InlineData("expert-host", "router", 50053, false)]
    [InlineData("router", "router", 50053, false)]
    [InlineData("keeper", "expert-host", 50052, false)]
    [InlineData("keeper", "router", 50051, false)]
    public async Task Traffic_OfTheKeeper_IsAllowedOnlyWhereNeeded(string from, string to, int port, bool allowed) =>
        Assert.Equal(allowed, Policies.Allow(await Rendering.GetAsync(Alone), from, to, port));

    private static string? Argument(JsonNode container, string name) =>
        container.List("args").Select(item => item.ToString()).SkipWhile(item => item != name).Skip(1).FirstOrDefault();

    private static string? Variable(JsonNode container, string name) => container.List("env").Single(item => item.Text("name") == name).Text("value");

    private static async Task<Workload> WorkloadAsync(string rendering, string id) => Workload.Of(await Rendering.GetAsync(rendering)).Single(workload => workload.Id == id);
}
