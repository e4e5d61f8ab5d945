using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Commands;
using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>Clusters of scripts, ready at once, in front of a router of this process.</summary>
internal sealed class FakeClusters(int grpcPort = 0, string router = Scripts.Obedient) : IClusters, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What was asked for last.</summary>
    public ClusterLayout? Layout { get; private set; }

    public string? Config { get; private set; }

    public RunningCluster? Cluster { get; private set; }

    public ICatalogueKeeper Keeper(string config, Action<string> progress)
    {
        Config = config;
        return new FakeKeeper { Progress = progress };
    }

    public async Task<RunningCluster> StartAsync(ClusterLayout layout, Action<string> progress, CancellationToken cancellation)
    {
        Layout = layout;
        var scripted = layout with
        {
            Logs = _folder["logs"],
            GrpcPort = grpcPort,
            RouterProgram = Scripts.Program(router),
            HostProgram = Scripts.Program(Scripts.Obedient),
        };
        return Cluster = await RunningCluster.StartAsync(scripted, progress, TimeProvider.System, cancellation, FakeHealth.Good());
    }

    public void Dispose() => _folder.Dispose();
}
