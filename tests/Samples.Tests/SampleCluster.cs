using System.Globalization;
using System.Net;
using ExpertCluster.ExpertHost;
using ExpertCluster.Samples.OwnHost;
using ExpertCluster.Samples.OwnRouter;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

[assembly: AssemblyFixture(typeof(ExpertCluster.Samples.Tests.SampleCluster))]

namespace ExpertCluster.Samples.Tests;

/// <summary>The samples' router and two of their hosts, one of them in the router's zone.</summary>
public sealed class SampleCluster : IAsyncLifetime
{
    public const string Zone = "eu";
    public const string Near = "eu-host";
    public const string Far = "us-host";

    private readonly TemporaryFolder _prepared = new();
    private readonly TemporaryFolder _members = new();
    private readonly List<WebApplication> _apps = [];
    private GrpcChannel _channel = null!;

    internal Completions.CompletionsClient Client { get; private set; } = null!;

    /// <summary>To the router's HTTP port.</summary>
    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("ZONE", Zone);
        string cli = RepositoryRoot.Combine("artifacts", "bin", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "ExpertCluster.Cli.dll");
        await Tool.RunAsync("dotnet", ["exec", cli, "prepare", "--config", RepositoryRoot.Combine("models", "demo", "experts.yaml"), _prepared.Path]);

        int[] ports = FreePorts.Take(12);
        _apps.Add(OwnRouterApplication.Build(
            [
                .. Settings("router", ports[..4]),
                "--ExpertCluster:Policies:Gate=words",
                "--ExpertCluster:Policies:HostScorers:zone=1",
            ],
            KeepGrainsAway));
        _apps.Add(OwnHostApplication.Build(Settings(Near, ports[4..8])));
        _apps.Add(OwnHostApplication.Build(Settings(Far, ports[8..])));
        foreach (var app in _apps)
        {
            await app.StartAsync();
        }

        Http.BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}");
        await Wait.UntilAsync(async () => (await Http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode == HttpStatusCode.OK);
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{ports[1]}");
        Client = new Completions.CompletionsClient(_channel);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Http.Dispose();
        foreach (var app in Enumerable.Reverse(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        _prepared.Dispose();
        _members.Dispose();
    }

    // The hosts' grains are in this process, too, and would be found; what they need is in the hosts alone.
    private static void KeepGrainsAway(IServiceCollection services) => services.PostConfigure<GrainTypeOptions>(
        grains => grains.Classes.RemoveWhere(type => type.Assembly == typeof(ExpertHostApplication).Assembly));

    private string[] Settings(string name, int[] ports) =>
    [
        $"--ExpertCluster:Name={name}",
        $"--ExpertCluster:Prepared={_prepared.Path}",
        $"--ExpertCluster:Clustering:File={_members["members.json"]}",
        $"--ExpertCluster:HttpPort={ports[0].ToString(CultureInfo.InvariantCulture)}",
        $"--ExpertCluster:GrpcPort={ports[1].ToString(CultureInfo.InvariantCulture)}",
        $"--ExpertCluster:SiloPort={ports[2].ToString(CultureInfo.InvariantCulture)}",
        $"--ExpertCluster:GatewayPort={ports[3].ToString(CultureInfo.InvariantCulture)}",
        "--ExpertCluster:DrainSeconds=1",
        "--ExpertCluster:Runtime:Threads=1",
        "--Logging:LogLevel:Default=None",
        "--Logging:LogLevel:ExpertCluster=None",
    ];
}
