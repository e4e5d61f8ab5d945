using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using ExpertCluster.V1.Vllm;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using GenerateRequest = ExpertCluster.V1.GenerateRequest;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>The expert service and vLLM's over the real codec, in memory, on the parts of a host.</summary>
internal sealed class ServedExperts : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private ServedExperts(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.GetTestServer().BaseAddress, new GrpcChannelOptions { HttpHandler = app.GetTestServer().CreateHandler() });
        Client = new Experts.ExpertsClient(_channel);
        Vllm = new VllmEngine.VllmEngineClient(_channel);
    }

    public Experts.ExpertsClient Client { get; }

    public VllmEngine.VllmEngineClient Vllm { get; }

    public static async Task<ServedExperts> StartAsync(HostParts host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(host.Plans);
        builder.Services.AddSingleton(host.Drain);
        builder.Services.AddSingleton(host.Node);
        builder.Services.AddSingleton<TimeProvider>(host.Time);
        builder.Services.AddSingleton<HostMetrics>();
        builder.Services.AddSingleton<StallGuard>();
        builder.Services.AddSingleton(new RuntimeOptions());
        builder.Services.AddSingleton<PromptThreads>();
        builder.Services.AddSingleton(host.Bases);
        builder.Services.AddSingleton<ICatalogueSource>(host.Catalogue);
        builder.Services.AddSingleton<HostTokens>();
        builder.Services.AddSingleton<EncoderRegistry>();
        builder.Services.AddSingleton<EncoderThreads>();
        builder.Services.AddSingleton<TextEncoding>();
        builder.Services.AddSingleton<LoadAttempts>();
        builder.Services.AddSingleton<IPreparedContent, FolderContent>();
        builder.Services.AddSingleton<SuspectTurns>();
        builder.Services.AddSingleton<PlanReader>();
        builder.Services.AddSingleton(host.Known);
        builder.Services.AddSingleton(new HostChannels(
            PeerTransport.ForClient(new TransportOptions(), new TlsOptions()), new DefaultDeadlines(new TransportOptions(), TimeProvider.System), new CallEnds(TimeProvider.System)));
        builder.Services.AddSingleton<Contributors>();
        builder.Services.AddSingleton<PlanRuns>();
        builder.Services.AddSingleton<Contributions>();
        var readiness = new HostReadiness();
        readiness.MarkLoaded();
        builder.Services.AddSingleton<IReadiness>(readiness);
        builder.Services.AddSingleton(host.Wanted);
        builder.Services.AddSingleton<RunningRequests>();
        builder.Services.AddSingleton<EngineModels>();
        builder.Services.AddSingleton<EngineEncoders>();
        var app = builder.Build();
        app.MapGrpcService<ExpertService>();
        app.MapGrpcService<VllmEngineService>();
        await app.StartAsync();
        return new ServedExperts(app);
    }

    /// <summary>All chunks of an answer.</summary>
    public async Task<List<GenerateChunk>> ReadAsync(GenerateRequest request)
    {
        using var call = Client.Generate(request, cancellationToken: TestContext.Current.CancellationToken);
        return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    public async Task<Status> RefusalAsync(GenerateRequest request) => (await Assert.ThrowsAsync<RpcException>(() => ReadAsync(request))).Status;

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
