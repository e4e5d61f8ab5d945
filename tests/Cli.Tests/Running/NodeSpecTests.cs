using ExpertCluster.Cli.Running;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class NodeSpecTests : IDisposable
{
    private static readonly int[] Ports = [11, 12, 13, 14];

    private readonly TemporaryFolder _folder = new();
    private readonly LogFolder _logs;

    public NodeSpecTests() => _logs = LogFolder.Open(_folder["logs"], TimeProvider.System);

    public void Dispose()
    {
        _logs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Router_Settings_AreThoseOfTheLayout()
    {
        var spec = NodeSpec.Router(Layout() with { DrainSeconds = 7, State = _folder["state"] }, _logs, Ports);

        Assert.Equal(("router", _logs["router.log"], 11), (spec.Name, spec.Log, spec.HttpPort));
        var expected = new Dictionary<string, string>
        {
            ["EXPERTCLUSTER__NAME"] = "router",
            ["EXPERTCLUSTER__PREPARED"] = _folder["prepared"],
            ["EXPERTCLUSTER__HTTPPORT"] = "11",
            ["EXPERTCLUSTER__GRPCPORT"] = "12",
            ["EXPERTCLUSTER__SILOPORT"] = "13",
            ["EXPERTCLUSTER__GATEWAYPORT"] = "14",
            ["EXPERTCLUSTER__STOPWITHINPUT"] = "true",
            ["EXPERTCLUSTER__CLUSTERING__FILE"] = _logs["members.json"],
            ["EXPERTCLUSTER__CLUSTERING__STATEFOLDER"] = _folder["state"],
            ["EXPERTCLUSTER__DRAINSECONDS"] = "7",
        };
        Assert.Equal(expected, spec.Settings);
    }

    [Fact]
    public void Host_Settings_ShareOutTheProcessors()
    {
        var spec = NodeSpec.Host(3, Layout() with { Hosts = 1000 }, _logs, Ports);

        Assert.Equal(("host-3", _logs["host-3.log"]), (spec.Name, spec.Log));
        Assert.Equal("1", spec.Settings["EXPERTCLUSTER__RUNTIME__THREADS"]);
        Assert.Equal("host-3", spec.Settings["EXPERTCLUSTER__NAME"]);
    }

    [Fact]
    public void Layout_Programs_LieBesideThisAssembly()
    {
        var layout = new ClusterLayout { Prepared = "" };

        Assert.Equal(["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "ExpertCluster.Router.dll")], layout.RouterProgram);
        Assert.Equal(["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "ExpertCluster.ExpertHost.dll")], layout.HostProgram);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("1", 1)]
    [InlineData("3600", 3600)]
    public void ReadDrain_Number_IsTaken(string? text, int seconds) => Assert.Equal(seconds, ClusterLayout.ReadDrain(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("3601")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public void ReadDrain_NoNumberThatNodesTake_IsRefused(string text)
    {
        var error = Assert.Throws<ClusterStartException>(() => ClusterLayout.ReadDrain(text));

        Assert.Equal($"EXPERTCLUSTER__DRAINSECONDS is '{text}'; it must be a whole number from 1 to 3600", error.Message);
    }

    private ClusterLayout Layout() => Scripts.Layout(_folder, TextWriter.Null);
}
