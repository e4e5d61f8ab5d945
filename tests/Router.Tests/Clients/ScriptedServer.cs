using System.Net;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Feedback;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Clients;

/// <summary>The router's faces on a port, over a model that calls the tool `weather` once and then says what came of it.</summary>
public sealed class ScriptedServer : IAsyncLifetime
{
    private readonly ScriptedPipeline _script = new(options: new RouterOptions { QueueLimit = 32 });
    private readonly ScriptedCluster _cluster = ScriptedCluster.Start();
    private readonly WebApplication _app;
    private readonly StreamRelay _relay;

    public ScriptedServer()
    {
        _script.Catalogue.Swap(Catalogues.WithToolParser(Catalogues.SnapshotOf(2, ("law", "demo")), "hermes"));
        _script.Backend.AnswerTo = Answer;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var stalls = new StallGuard(new NodeOptions(), TimeProvider.System);
        builder.Services.AddGrpc();
        var desk = new FeedbackDesk(_cluster.Factory, _script.Catalogue, TimeProvider.System, NullLogger<FeedbackDesk>.Instance);
        builder.Services.AddSingleton(_script.Service(desk));
        _app = builder.Build();
        var chat = new CompletionEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, TimeProvider.System);
        _app.MapPost("/v1/chat/completions", (HttpContext http) => chat.HandleAsync(http, isChat: true));
        _app.MapGrpcService<CompletionsService>();
        _relay = new StreamRelay(PeerTransport.ForClient(new TransportOptions(), new TlsOptions()), _script.Relays, stalls, NullLogger<StreamRelay>.Instance);
        new ResponsesApi(
            new ResponsesEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, _script.Held, TimeProvider.System),
            new KeptResponses(_script.Held, _script.Streams, _script.Finder, _relay, _script.HeldMetrics)).Map(_app);
        _app.MapPost("/v1/messages", new MessagesEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams).HandleAsync);
    }

    /// <summary>Of the HTTP faces.</summary>
    public string Origin => Addresses.First();

    /// <summary>Of the gRPC face.</summary>
    public string GrpcOrigin => Addresses.Last();

    /// <summary>What the backend was asked.</summary>
    internal IReadOnlyList<BackendCall> Calls => _script.Backend.Calls;

    private ICollection<string> Addresses => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _relay.Dispose();
        _script.Dispose();
    }

    private static IReadOnlyList<CompletionChunk> Answer(BackendCall call)
    {
        var last = call.Request.Messages![^1];
        string[] texts = last.Role == ChatMessage.Tool
            ? ["It rains: ", last.Content, "."]
            : ["I look. ", "<tool_call>\n{\"name\": \"weather\", ", "\"arguments\": {\"city\":", " \"Pune\"}}", "\n</tool_call>"];
        return
        [
            .. texts.Select((text, i) => new CompletionChunk
            {
                Text = text,
                Tokens = [new(i, text, -0.5f, [new("law", 1)])],
                Finish = i == texts.Length - 1 ? FinishReason.Stop : FinishReason.None,
                Usage = i == texts.Length - 1 ? new(30, texts.Length, 10) : null,
            }),
        ];
    }
}
