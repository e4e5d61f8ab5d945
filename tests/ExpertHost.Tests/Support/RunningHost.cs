using System.Net;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using ExpertCluster.V1.Vllm;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using GenerateRequest = ExpertCluster.V1.GenerateRequest;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>The whole host on real ports in this process, on fake bases, and what a router does with it.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly TemporaryFolder _members;
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private RunningHost(TemporaryFolder members, WebApplication app, int port)
    {
        (_members, _app) = (members, app);
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        Client = new Experts.ExpertsClient(_channel);
        Vllm = new VllmEngine.VllmEngineClient(_channel);
    }

    public Experts.ExpertsClient Client { get; }

    public VllmEngine.VllmEngineClient Vllm { get; }

    public CatalogueHolder Catalogue => _app.Services.GetRequiredService<CatalogueHolder>();

    public FakeOpener Opener => (FakeOpener)_app.Services.GetRequiredService<IBaseOpener>();

    public BaseRegistry Bases => _app.Services.GetRequiredService<BaseRegistry>();

    public static async Task<RunningHost> StartAsync(SmallModels models, params string[] more)
    {
        int[] ports = FreePorts.Take(4);
        var members = new TemporaryFolder();
        string[] settings =
        [
            "--ExpertCluster:Name=host-0",
            $"--ExpertCluster:Prepared={models.Path}",
            $"--ExpertCluster:Clustering:File={members["members.json"]}",
            $"--ExpertCluster:HttpPort={ports[0]}",
            $"--ExpertCluster:GrpcPort={ports[1]}",
            $"--ExpertCluster:SiloPort={ports[2]}",
            $"--ExpertCluster:GatewayPort={ports[3]}",
            "--ExpertCluster:DrainSeconds=1",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:ExpertCluster=None",
            .. more,
        ];
        var app = ExpertHostApplication.Build(settings, services => services.AddSingleton<IBaseOpener>(new FakeOpener(models)));
        await app.StartAsync();
        using var http = new HttpClient();
        while ((await http.GetAsync(new Uri($"http://127.0.0.1:{ports[0]}/health/ready"))).StatusCode != HttpStatusCode.OK)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return new RunningHost(members, app, ports[1]);
    }

    /// <summary>As a router asks that has this host's catalogue.</summary>
    public GenerateRequest Plan(string expert, int tokens)
    {
        var prepared = Catalogue.Current.FindExpert(expert) ?? throw new KeyNotFoundException(expert);
        return new()
        {
            Base = prepared.Base,
            Prompt = "Who pays?",
            Mode = MergeMode.Route,
            Scope = MergeScope.Request,
            K = 1,
            Sampling = new Sampling { MaxTokens = tokens, IgnoreEos = true },
            Experts = { new ExpertRef { Name = expert, Revision = prepared.Revision, Weight = 1 } },
        };
    }

    public async Task<string> AskAsync(string expert)
    {
        using var call = Client.Generate(Plan(expert, 5), cancellationToken: TestContext.Current.CancellationToken);
        var chunks = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync();
        return string.Concat(chunks.Select(c => c.Text));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _members.Dispose();
    }
}
