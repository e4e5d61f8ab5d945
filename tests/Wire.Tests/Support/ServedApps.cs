using System.Globalization;
using System.Net;
using ExpertCluster.ExpertHost;
using ExpertCluster.Router;
using ExpertCluster.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace ExpertCluster.Wire.Tests.Support;

/// <summary>The product's router and one host, whole and on real ports, in this process, on the demo's models.</summary>
public sealed class ServedApps : IAsyncLifetime
{
    /// <summary>Longer than any test: who stops reading for good is tested on processes, in System.Tests.</summary>
    private const int StallSeconds = 600;

    private readonly TemporaryFolder _prepared = new();
    private readonly TemporaryFolder _members = new();
    private WebApplication _router = null!;
    private WebApplication _host = null!;

    internal WireServer Router { get; private set; } = null!;

    internal WireServer Host { get; private set; } = null!;

    internal AdminPorts Admin { get; private set; } = null!;

    internal WireServer this[string name] => name == "router" ? Router : Host;

    public async ValueTask InitializeAsync()
    {
        string cli = RepositoryRoot.Combine("artifacts", "bin", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "ExpertCluster.Cli.dll");
        await Tool.RunAsync("dotnet", ["exec", cli, "prepare", "--config", RepositoryRoot.Combine("models", "demo", "experts.yaml"), _prepared.Path]);

        int[] ports = FreePorts.Take(10);
        Admin = new AdminPorts(ports[8], ports[9]);
        _router = RouterApplication.Build([.. Settings("router", ports[..4]), .. Admin.Settings, "--ExpertCluster:Router:ExtProc=true"], KeepGrainsAway);
        await _router.StartAsync();
        _host = ExpertHostApplication.Build([.. Settings("host-0", ports[4..8]), "--ExpertCluster:Runtime:VllmGrpc=true"]);
        await _host.StartAsync();
        await ReadyAsync(ports[0]);

        Router = WireServer.OfRouter(_router, ports[0], ports[1]);
        Host = WireServer.OfHost(_host, ports[4], ports[5]);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        await _router.StopAsync();
        await _router.DisposeAsync();
        _prepared.Dispose();
        _members.Dispose();
    }

    // The host's grains are in this process, too, and would be found; what they need is in the host alone.
    private static void KeepGrainsAway(IServiceCollection services) => services.PostConfigure<GrainTypeOptions>(
        grains => grains.Classes.RemoveWhere(type => type.Assembly == typeof(ExpertHostApplication).Assembly));

    private string[] Settings(string name, int[] ports) =>
    [
        $"--ExpertCluster:Name={name}",
        $"--ExpertCluster:Prepared={_prepared.Path}",
        $"--ExpertCluster:Clustering:File={_members["members.json"]}",
        $"--ExpertCluster:HttpPort={ports[0]}",
        $"--ExpertCluster:GrpcPort={ports[1]}",
        $"--ExpertCluster:SiloPort={ports[2]}",
        $"--ExpertCluster:GatewayPort={ports[3]}",
        $"--ExpertCluster:StallSeconds={StallSeconds.ToString(CultureInfo.InvariantCulture)}",
        "--ExpertCluster:DrainSeconds=1",
        "--ExpertCluster:Runtime:Threads=1",
        "--Logging:LogLevel:Default=None",
        "--Logging:LogLevel:ExpertCluster=None",
    ];

    private static async Task ReadyAsync(int port)
    {
        using var http = new HttpClient();
        var address = new Uri($"http://127.0.0.1:{port}/health/ready");
        await Wait.UntilAsync(async () => (await http.GetAsync(address)).StatusCode == HttpStatusCode.OK);
    }
}
