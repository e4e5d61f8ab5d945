using System.Collections.Concurrent;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>A router that answers as the test says, over a real connection.</summary>
internal sealed class FakeRouter : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeRouter(WebApplication app, Service service)
    {
        _app = app;
        Asked = service.Asked;
        Port = new Uri(app.Urls.Single()).Port;
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
    }

    public int Port { get; }

    public GrpcChannel Channel { get; }

    public ConcurrentQueue<CompleteRequest> Asked { get; }

    /// <param name="answer">The chunks of an answer; it may throw.</param>
    public static async Task<FakeRouter> StartAsync(Func<CompleteRequest, IEnumerable<CompleteChunk>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var service = new Service(answer);
        builder.Services.AddSingleton(service);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new FakeRouter(app, service);
    }

    /// <summary>A whole answer in one chunk, a token a word.</summary>
    public static CompleteChunk Says(string text, string expert = "law") => new()
    {
        Text = text,
        Tokens = { text.Split(' ').Select((word, i) => Token(i == 0 ? word : " " + word, (expert, 1))) },
        Plan = new Plan { Base = "demo", Host = "host-0", Mode = MergeMode.Route, Scope = MergeScope.Token, Scores = { Weighted(("law", 0.75), ("finance", 0.25)) } },
        Usage = new Usage { CompletionTokens = text.Split(' ').Length },
    };

    public static Token Token(string text, params (string Name, double Weight)[] experts) => new() { Text = text, Experts = { Weighted(experts) } };

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static IEnumerable<WeightedExpert> Weighted(params (string Name, double Weight)[] experts) =>
        experts.Select(e => new WeightedExpert { Name = e.Name, Weight = e.Weight });

    private sealed class Service(Func<CompleteRequest, IEnumerable<CompleteChunk>> answer) : Completions.CompletionsBase
    {
        public ConcurrentQueue<CompleteRequest> Asked { get; } = new();

        public override async Task Complete(CompleteRequest request, IServerStreamWriter<CompleteChunk> responseStream, ServerCallContext context)
        {
            Asked.Enqueue(request);
            foreach (var chunk in answer(request))
            {
                await responseStream.WriteAsync(chunk, context.CancellationToken);
            }
        }
    }
}
