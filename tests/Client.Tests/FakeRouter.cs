using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Client.Tests;

/// <summary>The completions and encoders of a router on a real port, which answers as a test says.</summary>
internal sealed class FakeRouter : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeRouter(WebApplication app) => _app = app;

    public ConcurrentQueue<CompleteRequest> Requests { get; } = new();

    public ConcurrentQueue<EmbedRequest> Embeds { get; } = new();

    /// <summary>Answers a call for vectors; by default each is the length of its text, and 1.</summary>
    public Func<EmbedRequest, EmbedResponse> Embed { get; set; } = request => new EmbedResponse
    {
        Model = request.Model == "auto" ? "minilm" : request.Model,
        Revision = "r7",
        Embeddings = { request.Inputs.Select(input => new EncodedText { Tokens = 3, Values = { input.Text.Length, 1 } }) },
    };

    public ConcurrentQueue<Metadata> Headers { get; } = new();

    public ConcurrentQueue<DateTime> Deadlines { get; } = new();

    /// <summary>Writes an answer; by default <see cref="Chunks"/>.</summary>
    public Func<CompleteRequest, IServerStreamWriter<CompleteChunk>, ServerCallContext, Task>? Answer { get; set; }

    public ConcurrentQueue<FollowStreamRequest> Follows { get; } = new();

    /// <summary>Whether streams are held where a caller asks for it.</summary>
    public bool Holds { get; set; } = true;

    public IReadOnlyList<CompleteChunk> Chunks { get; set; } = [Plan(), Text("It ", "law"), Text("rains.", "law"), End(FinishReason.Stop)];

    public string Endpoint => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <param name="certificate">Of a server that speaks TLS; null: it does not.</param>
    public static async Task<FakeRouter> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Service>();
        builder.Services.AddSingleton<EncoderService>();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        app.MapGrpcService<EncoderService>();
        var router = new FakeRouter(app);
        app.Services.GetRequiredService<Service>().Router = router;
        app.Services.GetRequiredService<EncoderService>().Router = router;
        await app.StartAsync();
        return router;
    }

    public ExpertClusterChatClient Client(Action<ExpertClusterClientOptions>? configure = null)
    {
        var options = new ExpertClusterClientOptions { Endpoint = Endpoint };
        configure?.Invoke(options);
        return new ExpertClusterChatClient(options);
    }

    public static CompleteChunk Plan(string host = "host-0", string reason = "") => new()
    {
        Plan = new Plan
        {
            Base = "demo",
            Mode = MergeMode.Route,
            Merge = "route",
            Scope = MergeScope.Token,
            K = 1,
            Experts = { new WeightedExpert { Name = "law", Weight = 0.7, Revision = "r1", Version = "stable" }, new WeightedExpert { Name = "tax", Weight = 0.3 } },
            Scores = { new WeightedExpert { Name = "law", Weight = 0.7 }, new WeightedExpert { Name = "tax", Weight = 0.3 } },
            Notes = { new PlanNote { Kind = "busy", Expert = "tax", Text = "others wait" } },
            Host = host,
            Reason = reason,
            Seed = ulong.MaxValue,
            RequestId = "0123456789abcdef0123456789abcdef",
        },
    };

    public static CompleteChunk Text(string text, params string[] experts) => new()
    {
        Text = text,
        Tokens = { new Token { Id = 1, Text = text, Experts = { experts.Select(e => new WeightedExpert { Name = e, Weight = 1.0 / experts.Length }) } } },
    };

    public static CompleteChunk End(FinishReason reason) => new()
    {
        FinishReason = reason,
        Usage = new Usage { PromptTokens = 30, CompletionTokens = 2, CachedPromptTokens = 10 },
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private sealed class EncoderService : Encoders.EncodersBase
    {
        public FakeRouter Router { get; set; } = null!;

        public override Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context)
        {
            Router.Embeds.Enqueue(request);
            Router.Headers.Enqueue(context.RequestHeaders);
            return Task.FromResult(Router.Embed(request));
        }
    }

    private sealed class Service : Completions.CompletionsBase
    {
        public FakeRouter Router { get; set; } = null!;

        public override async Task Complete(CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
        {
            Router.Requests.Enqueue(request);
            Router.Headers.Enqueue(context.RequestHeaders);
            Router.Deadlines.Enqueue(context.Deadline);
            if (Router.Answer is { } answer)
            {
                await answer(request, responseStream, context);
                return;
            }

            if (context.RequestHeaders.Get("x-conversation-id") is { } wanted)
            {
                if (!Router.Holds)
                {
                    throw new RpcException(new Status(StatusCode.Unimplemented, "no streams are held here"));
                }

                Assert.Equal("auto", wanted.Value);
                await context.WriteResponseHeadersAsync(new Metadata { { wanted.Key, "stream_7" } });
            }

            foreach (var chunk in Router.Chunks)
            {
                await responseStream.WriteAsync(chunk);
            }
        }

        public override async Task FollowStream(FollowStreamRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
        {
            Router.Follows.Enqueue(request);
            await context.WriteResponseHeadersAsync(new Metadata { { "x-conversation-id", request.Id } });
            foreach (var chunk in Router.Chunks.Skip(request.StartingAfter))
            {
                await responseStream.WriteAsync(chunk);
            }
        }

        public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
        {
            Router.Headers.Enqueue(context.RequestHeaders);
            return Task.FromResult(new ListModelsResponse { Models = { new Model { Name = "law" } } });
        }
    }
}
