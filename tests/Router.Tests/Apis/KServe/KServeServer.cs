using System.Net;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1.KServe;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Apis.KServe;

/// <summary>KServe's face behind real connections, over a model that says "Hi" and " you".</summary>
internal sealed class KServeServer : IAsyncDisposable
{
    private readonly AdminCluster _cluster = new(("law", "demo"), ("demo", "demo"));
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private KServeServer(string admin)
    {
        Script.Backend.Answer = [new() { Text = "Hi" }, new() { Text = " you" }, new() { Finish = FinishReason.Stop, Usage = new Usage(3, 2, 0) }];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddNodeGrpc(NodeGrpc.MessageBytes);
        builder.Services.AddHealthChecks().AddCheck("ready", () => HealthCheckResult.Healthy(), [NodeHealth.Readiness]);
        var access = AdminCluster.AccessOf(new RouterOptions { Admin = admin });
        builder.Services.AddSingleton(Script.Pipeline);
        builder.Services.AddSingleton(new StallGuard(new NodeOptions(), TimeProvider.System));
        builder.Services.AddSingleton(new InferRepository(new AdapterLoads(_cluster.Changes, _cluster.Catalogue), access, _cluster.Catalogue));
        builder.Services.AddSingleton(services => new InferModels(_cluster.Catalogue, _cluster.Unusable, new(), Remotes.Of(_cluster.Catalogue), services.GetRequiredService<HealthCheckService>()));
        builder.Services.AddSingleton<InferEndpoints>();
        _app = builder.Build();
        var calls = _app.Services.GetRequiredService<InferEndpoints>();
        new KServeApi(calls).Map(_app);
        new KServeRepositoryApi(calls).Map(_app);
        _app.StartAsync().GetAwaiter().GetResult();
        string[] addresses = [.. _app.Urls];
        _channel = GrpcChannel.ForAddress(addresses[0]);
        Grpc = new GRPCInferenceService.GRPCInferenceServiceClient(_channel);
        Http = new HttpClient { BaseAddress = new Uri(addresses[1]) };
    }

    public ScriptedPipeline Script { get; } = new();

    public GRPCInferenceService.GRPCInferenceServiceClient Grpc { get; }

    public HttpClient Http { get; }

    /// <param name="admin">Who may load and unload.</param>
    public static KServeServer Start(string admin = "local") => new(admin);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        await _app.DisposeAsync();
        Script.Dispose();
        _cluster.Dispose();
    }
}
