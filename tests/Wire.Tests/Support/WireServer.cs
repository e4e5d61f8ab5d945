using System.Globalization;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Abuse;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;

namespace ExpertCluster.Wire.Tests.Support;

/// <summary>One of the two servers, and what it can be asked.</summary>
internal sealed class WireServer
{
    private static readonly Uri Metrics = new("/metrics", UriKind.Relative);

    private WireServer(WebApplication app, int httpPort, int grpcPort)
    {
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}") };
        Address = $"http://127.0.0.1:{grpcPort}";
        Requests = new RequestCount(app.Services);
    }

    /// <summary>Its gRPC port.</summary>
    public string Address { get; }

    /// <summary>To its HTTP port.</summary>
    public HttpClient Http { get; }

    /// <summary>gRPC and HTTP.</summary>
    public RequestCount Requests { get; }

    /// <summary>Bytes of the longest message that it takes.</summary>
    public required int Limit { get; init; }

    /// <summary>A method that answers an empty request at once.</summary>
    public required string Unary { get; init; }

    /// <summary>The method that streams tokens.</summary>
    public required string Stream { get; init; }

    /// <summary>For <see cref="Stream"/>: many tokens, more bytes of them than a client's first window.</summary>
    public required byte[] Long { get; init; }

    /// <summary>For <see cref="Stream"/>: one token.</summary>
    public required byte[] Short { get; init; }

    public static WireServer OfRouter(WebApplication app, int httpPort, int grpcPort) => new(app, httpPort, grpcPort)
    {
        Limit = 4 * 1024 * 1024,
        Unary = PathOf(Completions.Descriptor.FullName, "ListModels"),
        Stream = PathOf(Completions.Descriptor.FullName, "Complete"),
        Long = new CompleteRequest { Model = "general", Prompt = "The", Sampling = Sampled(1000) }.ToByteArray(),
        Short = new CompleteRequest { Model = "general", Prompt = "The", Sampling = Sampled(1) }.ToByteArray(),
    };

    public static WireServer OfHost(WebApplication app, int httpPort, int grpcPort) => new(app, httpPort, grpcPort)
    {
        // Whatever a router takes, and the plan beside it.
        Limit = 5 * 1024 * 1024,
        Unary = PathOf(Grpc.Health.V1.Health.Descriptor.FullName, "Check"),
        Stream = PathOf(Experts.Descriptor.FullName, "Generate"),
        Long = Plan(1000).ToByteArray(),
        Short = Plan(1).ToByteArray(),
    };

    public Task<RawHttp2Client> ConnectAsync() => RawHttp2Client.ConnectAsync(Address);

    /// <summary>A whole unary call on a connection; its status.</summary>
    public async Task<string> UnaryStatusAsync(RawHttp2Client client, int stream)
    {
        await client.RequestAsync(stream, Unary);
        await client.DataAsync(stream, RawGrpc.Frame([]), end: true);
        return (await client.EndOfCallAsync(stream))["grpc-status"];
    }

    /// <summary>Until no gRPC request runs here, and no host computes anything.</summary>
    public Task IdleAsync() => Wait.UntilAsync(async () => Requests.Active == 0 && await ComputingAsync() == 0);

    /// <summary>Requests and sequences that run or wait, by both programs' gauges: they share this process's registry.</summary>
    private async Task<double> ComputingAsync()
    {
        string text = await Http.GetStringAsync(Metrics, TestContext.Current.CancellationToken);
        return text.Split('\n')
            .Where(line => line.StartsWith("vllm:num_requests_", StringComparison.Ordinal)
                || line.StartsWith("expert_cluster_requests_in_flight ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private static GenerateRequest Plan(int tokens) => new()
    {
        Base = "demo",
        Prompt = "The",
        Sampling = Sampled(tokens),
        Mode = MergeMode.Route,
        Scope = MergeScope.Request,
        K = 1,
        Experts = { new ExpertRef { Name = "general", Weight = 1 } },
    };

    private static Sampling Sampled(int tokens) => new() { MaxTokens = tokens, Temperature = 2, Seed = 3, IgnoreEos = true };

    private static string PathOf(string service, string method) => $"/{service}/{method}";
}
