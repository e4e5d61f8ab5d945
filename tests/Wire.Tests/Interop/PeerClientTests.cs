using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>The router, asked by the clients of others.</summary>
public sealed class PeerClientTests(ServedApps apps, PeerClients peers) : IClassFixture<PeerClients>
{
    private const string Complete = "/expertcluster.v1.Completions/Complete";
    private const string ListModels = "/expertcluster.v1.Completions/ListModels";

    // The names of the proto file: grpc-js knows no others.
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private static readonly CompleteRequest Question = new()
    {
        Model = "law",
        Messages = new V1.Messages { Messages_ = { new Message { Role = "user", Content = "Which court decides on the Kolar lease?" } } },
        Sampling = new Sampling { MaxTokens = 7, Temperature = 1.5f, Seed = 11, IgnoreEos = true },
    };

    private static readonly CompleteRequest Endless = new()
    {
        Model = "general",
        Prompt = "The",
        Sampling = new Sampling { MaxTokens = 1000, Temperature = 2, Seed = 3, IgnoreEos = true },
    };

    public static TheoryData<string> Names => Peers.Names;

    public static TheoryData<string, string, int, string> Errors =>
    [
        .. Peers.Names.SelectMany(peer => new[]
        {
            (peer.Data, """{"model": "astrology", "prompt": "a"}""", 5, "astrology"),
            (peer.Data, """{"model": "law", "prompt": "a", "sampling": {"temperature": 3}}""", 3, "temperature is 3"),
            (peer.Data, """{"model": "law"}""", 3, "prompt or messages is missing"),
            (peer.Data, """{"model": "auto", "prompt": "a", "merge": {"mode": "MERGE_MODE_CASCADE", "k": 17}}""", 3, "merge.k is 17"),
        }),
    ];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task ListModels_Unary_NamesThem(string peer)
    {
        var result = await AskAsync(peer, ListModels, "{}");

        Assert.Equal(0, result.Status);
        var names = Assert.Single(result.Messages)["models"]!.AsArray().Select(model => (string?)model!["name"]);
        Assert.Equal(["code", "demo", "finance", "general", "law", "medicine", "security"], names.Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Complete_Stream_IsWhatOurClientGets(string peer)
    {
        using var channel = GrpcChannel.ForAddress(apps.Router.Address);
        using var call = new Completions.CompletionsClient(channel).Complete(Question);
        List<CompleteChunk> ours = [];
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            ours.Add(chunk);
        }

        var result = await AskAsync(peer, Complete, Json.Format(Question));

        Assert.Equal(0, result.Status);
        Assert.Equal(string.Concat(ours.Select(chunk => chunk.Text)), string.Concat(result.Messages.Select(message => (string?)message["text"])));
        Assert.Equal("demo", (string?)result.Messages[0]["plan"]!["base"]);
        Assert.Equal(
            ours.SelectMany(chunk => chunk.Tokens).Select(token => (token.Id, token.Logprob)),
            result.Messages.SelectMany(message => Tokens(message)).Select(token => ((int)token!["id"]!, (float)(double)token["logprob"]!)));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Errors))]
    public async Task Complete_Wrong_GetsItsStatusAndReason(string peer, string request, int status, string reason)
    {
        var result = await AskAsync(peer, Complete, request);

        Assert.Equal((status, 0), (result.Status, result.Messages.Count));
        Assert.Contains(reason, result.Details, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Method_Unknown_IsUnimplemented(string peer) =>
        Assert.Equal(12, (await AskAsync(peer, "/expertcluster.v1.Completions/Embed", "{}")).Status);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Complete_Cancelled_EndsTheWork(string peer)
    {
        var result = await peers.CallAsync(
            peer, apps.Router.Address, new PeerCall { Method = Complete, Requests = [Json.Format(Endless)], CancelAfter = 2 });

        Assert.Equal(1, result.Status);
        await apps.Router.IdleAsync();
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Complete_DeadlinePasses_EndsTheWork(string peer)
    {
        // Sixteen streams at once take longer than that on any machine.
        using var channel = GrpcChannel.ForAddress(apps.Router.Address);
        var streams = Enumerable.Range(0, 16).Select(_ => new Completions.CompletionsClient(channel).Complete(Endless)).ToList();
        var result = await peers.CallAsync(
            peer, apps.Router.Address, new PeerCall { Method = Complete, Requests = [Json.Format(Endless)], Deadline = 100 });
        streams.ForEach(stream => stream.Dispose());

        Assert.Equal(4, result.Status);
        await apps.Router.IdleAsync();
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Metadata_OfACaller_HarmsNothing(string peer)
    {
        var result = await peers.CallAsync(peer, apps.Router.Address, new PeerCall
        {
            Method = ListModels,
            Requests = ["{}"],
            Metadata = new Dictionary<string, string> { ["tenant"] = "a", ["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ["token-bin"] = "\0\u0001\u0002" },
        });

        Assert.Equal((0, 1), (result.Status, result.Messages.Count));
        Assert.DoesNotContain(result.Headers.Keys, name => name is "server" or "x-powered-by");
    }

    /// <summary>More than any context, as it is and packed: read whole, planned, sent on, and refused by the host that counted.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", false)]
    [InlineData("grpc-js", true)]
    [InlineData("grpcio", false)]
    [InlineData("grpcio", true)]
    public async Task Complete_LargePrompt_IsReadWhole(string peer, bool gzip)
    {
        var result = await FillAsync(peer, 3_000_000, gzip);

        Assert.Equal(3, result.Status);
        Assert.Contains("prompt has 3000000 characters", result.Details, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", false, "Received message exceeds the maximum configured message size.")]
    [InlineData("grpc-js", true, "The message unpacks to more than 4194304 bytes.")]
    [InlineData("grpcio", false, "Received message exceeds the maximum configured message size.")]
    [InlineData("grpcio", true, "The message unpacks to more than 4194304 bytes.")]
    public async Task Complete_PromptOverTheLimit_IsResourceExhausted(string peer, bool gzip, string details)
    {
        var result = await FillAsync(peer, 5_000_000, gzip);

        Assert.Equal((8, details), (result.Status, result.Details));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Health_CheckAndWatch_TellWhatIsReady(string peer)
    {
        var ready = await AskAsync(peer, "/grpc.health.v1.Health/Check", """{"service": "readiness"}""");
        var unknown = await AskAsync(peer, "/grpc.health.v1.Health/Check", """{"service": "astrology"}""");
        var watched = await peers.CallAsync(
            peer, apps.Router.Address, new PeerCall { Method = "/grpc.health.v1.Health/Watch", Requests = ["{}"], CancelAfter = 1 });

        Assert.Equal((0, "SERVING"), (ready.Status, (string?)ready.Messages[0]["status"]));
        Assert.Equal(5, unknown.Status);
        Assert.Equal((1, "SERVING"), (watched.Status, (string?)watched.Messages[0]["status"]));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc-js", "v1")]
    [InlineData("grpc-js", "v1alpha")]
    [InlineData("grpcio", "v1")]
    [InlineData("grpcio", "v1alpha")]
    public async Task Reflection_StreamBothWays_ListsTheServicesAndGivesTheContract(string peer, string version)
    {
        var result = await peers.CallAsync(peer, apps.Router.Address, new PeerCall
        {
            Method = $"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            Requests = ["""{"list_services": ""}""", """{"file_containing_symbol": "expertcluster.v1.Completions"}"""],
        });

        Assert.Equal((0, 2), (result.Status, result.Messages.Count));
        var services = result.Messages[0]["list_services_response"]!["service"]!.AsArray().Select(service => (string?)service!["name"]);
        Assert.Contains("expertcluster.v1.Completions", services);
        Assert.NotEmpty(result.Messages[1]["file_descriptor_response"]!["file_descriptor_proto"]!.AsArray());
    }

    /// <summary>A gateway of another implementation asks the demo's gate, by headers and a body in two parts.</summary>
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Process_StreamBothWays_NamesTheExpert(string peer)
    {
        const string Body = """{"model":"auto","messages":[{"role":"user","content":"Which court decides on the Kolar lease?"}]}""";
        var result = await peers.CallAsync(peer, apps.Router.Address, new PeerCall
        {
            Method = "/envoy.service.ext_proc.v3.ExternalProcessor/Process",
            Requests =
            [
                """{"request_headers": {"headers": {"headers": [{"key": ":path", "raw_value": "Lw=="}]}}, "protocol_config": {"request_body_mode": "FULL_DUPLEX_STREAMED"}}""",
                $$$"""{"request_body": {"body": "{{{Base64(Body[..40])}}}"}}""",
                $$$"""{"request_body": {"body": "{{{Base64(Body[40..])}}}", "end_of_stream": true}}""",
            ],
        });

        Assert.Equal((0, 2), (result.Status, result.Messages.Count));
        var headers = result.Messages[0]["request_headers"]!["response"]!["header_mutation"]!["set_headers"]!.AsArray();
        Assert.Contains(headers, header => (string?)header!["header"]!["key"] == "x-expertcluster-expert" && (string?)header["header"]!["raw_value"] == Base64("law"));
        var body = result.Messages[1]["request_body"]!["response"]!["body_mutation"]!["streamed_response"]!;
        Assert.Equal((Base64(Body.Replace("auto", "law", StringComparison.Ordinal)), true), ((string?)body["body"], (bool?)body["end_of_stream"]));
    }

    /// <summary>KServe's calls: a whole answer, and the same in pieces.</summary>
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task ModelInfer_WholeAndStreamed_AreOneText(string peer)
    {
        // Tensors alone: grpc-js knows no maps of a contract that comes as descriptors.
        string Request(bool stream) => $$$"""
            {"model_name": "law", "id": "7", "inputs": [
              {"name": "text_input", "datatype": "BYTES", "shape": ["1"], "contents": {"bytes_contents": ["{{{Base64("Which court")}}}"]}},
              {"name": "max_tokens", "datatype": "INT32", "shape": ["1"], "contents": {"int_contents": [5]}},
              {"name": "temperature", "datatype": "FP32", "shape": ["1"], "contents": {"fp32_contents": [0]}},
              {"name": "stream", "datatype": "BOOL", "shape": ["1"], "contents": {"bool_contents": [{{{(stream ? "true" : "false")}}}]}}]}
            """;
        var whole = await AskAsync(peer, "/inference.GRPCInferenceService/ModelInfer", Request(stream: false));
        var streamed = await AskAsync(peer, "/inference.GRPCInferenceService/ModelStreamInfer", Request(stream: true));

        Assert.Equal((0, 0), (whole.Status, streamed.Status));
        var pieces = streamed.Messages.Select(m => m["infer_response"]!).ToList();
        Assert.NotEmpty(TextOf(whole.Messages[0]));
        Assert.Equal(TextOf(whole.Messages[0]), string.Concat(pieces.Select(TextOf)));
        Assert.All(pieces, piece => Assert.Equal("7", (string?)piece["id"]));
        Assert.Matches("triton_final_response.*true", pieces[^1]["parameters"]!.ToJsonString());

        static string TextOf(JsonNode response) => Encoding.UTF8.GetString(Convert.FromBase64String((string)response["outputs"]![0]!["contents"]!["bytes_contents"]![0]!));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private Task<PeerResult> AskAsync(string peer, string method, string request) =>
        peers.CallAsync(peer, apps.Router.Address, new PeerCall { Method = method, Requests = [request] });

    private Task<PeerResult> FillAsync(string peer, int length, bool gzip) => peers.CallAsync(peer, apps.Router.Address, new PeerCall
    {
        Method = Complete,
        Requests = ["""{"model": "general"}"""],
        Filled = new Dictionary<string, int> { ["prompt"] = length },
        Gzip = gzip,
    });

    private static JsonArray Tokens(JsonNode message) => message["tokens"]?.AsArray() ?? [];
}
