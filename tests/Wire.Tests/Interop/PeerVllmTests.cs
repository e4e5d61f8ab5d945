using System.Text.Json.Nodes;
using ExpertCluster.Wire.Tests.Support;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>A host, asked by vLLM's protocol, by the clients of others.</summary>
public sealed class PeerVllmTests(ServedApps apps, PeerClients peers) : IClassFixture<PeerClients>
{
    private const string Service = "/vllm.grpc.engine.VllmEngine/";

    public static TheoryData<string> Names => Peers.Names;

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Generate_StreamedAndWhole_AreTheSameTokens(string peer)
    {
        var whole = await AskAsync(peer, "Generate", Request(stream: false), "law");
        var streamed = await AskAsync(peer, "Generate", Request(stream: true), "law");

        Assert.Equal((0, 0), (whole.Status, streamed.Status));
        var complete = Assert.Single(whole.Messages)["complete"]!;
        Assert.Equal(("length", 7), ((string?)complete["finish_reason"], complete["output_ids"]!.AsArray().Count));
        Assert.Equal(complete["output_ids"]!.ToJsonString(), streamed.Messages[^1]["complete"]!["output_ids"]!.ToJsonString());
        var chunks = streamed.Messages.SkipLast(1).Select(m => m["chunk"]!).ToList();
        Assert.Equal(complete["output_ids"]!.ToJsonString(), new JsonArray([.. chunks.SelectMany(c => c["token_ids"]!.AsArray()).Select(id => id!.DeepClone())]).ToJsonString());
        Assert.Equal(7, chunks.Sum(c => c["output_logprobs"]!["top_logprobs"]!.AsArray().Count));
        Assert.NotEqual(complete["output_ids"]!.ToJsonString(), (await AskAsync(peer, "Generate", Request(stream: false), "code")).Messages[0]["complete"]!["output_ids"]!.ToJsonString());
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Generate_NoName_AsksTheOnlyBase(string peer)
    {
        var unnamed = await AskAsync(peer, "Generate", Request(stream: false));

        Assert.Equal(0, unnamed.Status);
        Assert.Equal(unnamed.Messages[0].ToJsonString(), (await AskAsync(peer, "Generate", Request(stream: false), "demo")).Messages[0].ToJsonString());
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Generate_Wrong_GetsItsStatusAndReason(string peer)
    {
        var unknown = await AskAsync(peer, "Generate", Request(stream: false), "astrology");
        var several = await AskAsync(peer, "Generate", """{"text": "a", "sampling_params": {"n": 2}}""", "law");
        var images = await AskAsync(peer, "Generate", """{"text": "a", "mm_inputs": {}}""", "law");
        var embed = await AskAsync(peer, "Embed", "{}");

        Assert.Equal((5, 3, 3, 3), (unknown.Status, several.Status, images.Status, embed.Status));
        Assert.StartsWith("sampling_params.n is not supported", several.Details, StringComparison.Ordinal);
        Assert.StartsWith("mm_inputs is not supported", images.Details, StringComparison.Ordinal);
        Assert.StartsWith("tokenized.input_ids is empty", embed.Details, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Generate_Cancelled_EndsTheWork(string peer)
    {
        var result = await peers.CallAsync(peer, apps.Host.Address, new PeerCall
        {
            Method = Service + "Generate",
            Requests = ["""{"request_id": "long", "text": "The", "stream": true, "sampling_params": {"max_tokens": 1000, "temperature": 2, "seed": 3, "ignore_eos": true}}"""],
            CancelAfter = 2,
        });

        Assert.Equal(1, result.Status);
        await apps.Host.IdleAsync();
        Assert.Equal(0, (await AskAsync(peer, "Abort", """{"request_ids": ["long", "other"]}""")).Status);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Info_Unary_TellsWhatThereIs(string peer)
    {
        var health = await AskAsync(peer, "HealthCheck", "{}");
        var model = await AskAsync(peer, "GetModelInfo", "{}", "law");
        var server = await AskAsync(peer, "GetServerInfo", "{}");
        var probe = await peers.CallAsync(peer, apps.Host.Address, new PeerCall { Method = "/grpc.health.v1.Health/Check", Requests = ["""{"service": "vllm.grpc.engine.VllmEngine"}"""] });

        Assert.True((bool?)health.Messages[0]["healthy"]);
        Assert.Equal(("demo", "law"), ((string?)model.Messages[0]["model_path"], (string?)model.Messages[0]["served_model_name"]));
        Assert.Equal("vllm-grpc", (string?)server.Messages[0]["server_type"]);
        Assert.Equal("SERVING", (string?)probe.Messages[0]["status"]);
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Reflection_ListsTheService(string peer)
    {
        var result = await peers.CallAsync(peer, apps.Host.Address, new PeerCall
        {
            Method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            Requests = ["""{"list_services": ""}""", """{"file_containing_symbol": "vllm.grpc.engine.VllmEngine"}"""],
        });

        Assert.Equal((0, 2), (result.Status, result.Messages.Count));
        Assert.Contains("vllm.grpc.engine.VllmEngine", result.Messages[0]["list_services_response"]!["service"]!.AsArray().Select(service => (string?)service!["name"]));
        Assert.NotEmpty(result.Messages[1]["file_descriptor_response"]!["file_descriptor_proto"]!.AsArray());
    }

    private static string Request(bool stream) => $$$"""
        {"text": "Which court decides on", "stream": {{{(stream ? "true" : "false")}}}, "sampling_params": {"max_tokens": 7, "temperature": 0, "ignore_eos": true, "logprobs": 2}}
        """;

    private Task<PeerResult> AskAsync(string peer, string method, string request, string? expert = null) => peers.CallAsync(peer, apps.Host.Address, new PeerCall
    {
        Method = Service + method,
        Requests = [request],
        Metadata = expert is null ? new Dictionary<string, string>() : new() { ["x-expertcluster-expert"] = expert },
    });
}
