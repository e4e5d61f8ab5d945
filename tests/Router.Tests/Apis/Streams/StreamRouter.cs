using System.Net;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Resumption;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Apis.Streams;

/// <summary>A router's faces that stream, on ports, over a model that gives a piece of text whenever the test says so.</summary>
internal sealed class StreamRouter : IAsyncDisposable
{
    public static readonly string[] Pieces = ["Zwölf ", "Boxkämpfer ", "jagen ", "Viktor ", "quer."];

    private readonly string _name;
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _pieces = new(0);
    private readonly StreamRelay _relay;
    private readonly Lazy<GrpcChannel> _channel;
    private bool _isDisposed;

    private StreamRouter(string name, RouterOptions options)
    {
        _name = name;
        _channel = new(() => GrpcChannel.ForAddress(Addresses[1]));
        Script = new ScriptedPipeline(name, null, options);
        Script.Backend.AnswerTo = Answer;
        Script.Backend.BeforeMove = _ => _pieces.WaitAsync();
        Script.Routers.SiloNames.Clear();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Script.Service(new FeedbackDesk(Script.Cluster.Factory, Script.Catalogue, TimeProvider.System, NullLogger<FeedbackDesk>.Instance)));
        _app = builder.Build();
        _app.MapGrpcService<CompletionsService>();
        var stalls = new StallGuard(new NodeOptions(), TimeProvider.System);
        _relay = new StreamRelay(PeerTransport.ForClient(new TransportOptions(), new TlsOptions()), Script.Relays, stalls, NullLogger<StreamRelay>.Instance);
        var openAi = new CompletionEndpoint(Script.Pipeline, Script.Tools, Script.Asked, Script.Streams, TimeProvider.System);
        _app.MapPost("/v1/chat/completions", (HttpContext http) => openAi.HandleAsync(http, isChat: true));
        _app.MapPost("/v1/completions", (HttpContext http) => openAi.HandleAsync(http, isChat: false));
        _app.MapPost("/v1/messages", new MessagesEndpoint(Script.Pipeline, Script.Tools, Script.Asked, Script.Streams).HandleAsync);
        new StreamsApi(new StreamEndpoints(Script.Held, Script.Streams, Script.Finder, _relay, Script.HeldMetrics)).Map(_app);
        new ResponsesApi(
            new ResponsesEndpoint(Script.Pipeline, Script.Tools, Script.Asked, Script.Streams, Script.Held, TimeProvider.System),
            new KeptResponses(Script.Held, Script.Streams, Script.Finder, _relay, Script.HeldMetrics)).Map(_app);
        var admin = new AdminAccess(options, new AdminTokens(options, Script.Time, NullLogger<AdminTokens>.Instance));
        new StreamListApi(Script.Held, Script.Finder, new NodeOptions { Name = name }, new AdminAnswers(admin)).Map(_app);
    }

    public ScriptedPipeline Script { get; }

    public HttpClient Client { get; } = new();

    public Completions.CompletionsClient Grpc => new(_channel.Value);

    public string Mark => RequestKey.OfRouter(SiloName);

    private string SiloName => $"router/{_name}";

    private string[] Addresses => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    public static async Task<StreamRouter> StartAsync(string name, RouterOptions? options = null)
    {
        var router = new StreamRouter(name, options ?? new RouterOptions { HeldAloneSeconds = 30, HeldSeconds = 60 });
        await router._app.StartAsync();
        router.Client.BaseAddress = new Uri(router.Addresses[0]);
        return router;
    }

    /// <summary>Each knows the others, and asks their grains.</summary>
    public static void Join(params StreamRouter[] routers)
    {
        foreach (var router in routers)
        {
            router.Script.Routers.SiloNames.AddRange(routers.Select(r => r.SiloName));
            router.Script.Cluster.HeldBy = key => routers.Single(r => r.Mark == key) is { _isDisposed: false } other ? other.Script.Held.Summaries(other._name) : throw new TimeoutException("gone");
            router.Script.Cluster.HeldAt = (key, id) => routers.Single(r => r.Mark == key).Place(id);
        }
    }

    /// <summary>Lets so many more pieces come; the last ends the answer.</summary>
    public void Give(int pieces)
    {
        if (pieces > 0)
        {
            _pieces.Release(pieces);
        }
    }

    /// <summary>Where this router says that it holds a stream: at the port where others ask it.</summary>
    public HeldStreamPlace? Place(string id)
    {
        var address = new Uri(Addresses[1]);
        var grain = new HeldStreamsGrain(Script.Held, new NodeOptions { Name = _name, GrpcPort = address.Port }, new TlsOptions());
        return grain.FindAsync(id).Result;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _pieces.Release(1000);
        Client.Dispose();
        if (_channel.IsValueCreated)
        {
            _channel.Value.Dispose();
        }

        _relay.Dispose();
        await _app.DisposeAsync();
        Script.Dispose();
        _pieces.Dispose();
    }

    private static IReadOnlyList<CompletionChunk> Answer(BackendCall call) =>
    [
        .. Pieces.Select((text, i) => new CompletionChunk
        {
            Text = text,
            Tokens = [new(i, text, -0.5f, [new("law", 1)])],
            Finish = i == Pieces.Length - 1 ? Contracts.Answers.FinishReason.Stop : Contracts.Answers.FinishReason.None,
            Usage = i == Pieces.Length - 1 ? new(3, Pieces.Length, 0) : null,
        }),
    ];
}
