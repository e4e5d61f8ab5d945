using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Apis.Responses;

/// <summary>Responses, whole and streamed, as bytes.</summary>
public sealed class ResponsesEndpointTests : IDisposable
{
    private const string Body = """
        "model": "law", "input": "Does it rain?", "metadata": {"a": "b"}, "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": false}]
        """;

    private readonly ScriptedPipeline _script = new();
    private readonly ResponsesEndpoint _endpoint;

    public ResponsesEndpointTests()
    {
        _endpoint = new ResponsesEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, _script.Held, TimeProvider.System);
        _script.Catalogue.Swap(Catalogues.WithToolParser(Catalogues.SnapshotOf(2, ("law", "demo")), "hermes"));
        Answer(FinishReason.Stop, "I look. ", "<tool_call>{\"name\": \"weather\", ", "\"arguments\": {\"city\":", " \"Pune\"}}</tool_call>");
    }

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Handle_WholeAnswerWithACall_HasItems()
    {
        var json = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}} }""")).Json;

        Assert.Equal(("response", "completed", "law"), (Text(json, "object"), Text(json, "status"), Text(json, "model")));
        var items = json.GetProperty("output").EnumerateArray().ToList();
        Assert.Equal([("message", "completed"), ("function_call", "completed")], items.Select(i => (Text(i, "type"), Text(i, "status"))));
        Assert.Equal(("output_text", "I look."), (Text(items[0].GetProperty("content")[0], "type"), Text(items[0].GetProperty("content")[0], "text")));
        Assert.Equal(("weather", "{\"city\": \"Pune\"}"), (Text(items[1], "name"), Text(items[1], "arguments")));
        Assert.StartsWith("call_", Text(items[1], "call_id"), StringComparison.Ordinal);
        Assert.Equal((3, 2, 5), (Usage("input_tokens"), Usage("output_tokens"), Usage("total_tokens")));
        Assert.Equal(("b", "weather"), (Text(json.GetProperty("metadata"), "a"), Text(json.GetProperty("tools")[0], "name")));
        Assert.Equal("host-0", Text(json.GetProperty("expert_cluster").GetProperty("plan"), "host"));

        int Usage(string name) => json.GetProperty("usage").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Handle_StreamedAnswerWithACall_IsItemsOneBehindTheOther()
    {
        var events = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""")).Events;

        Assert.All(events, e => Assert.Equal(e.Name, Text(e.Data, "type")));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => e.Data.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(
            [
                "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
                "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done", "completed",
            ],
            events.Select(e => e.Name!["response.".Length..]));
        Assert.Equal(("I look.", "I look."), (Text(events[4].Data, "delta"), Text(events[5].Data, "text")));
        Assert.Equal((0, 1), (events[2].Data.GetProperty("output_index").GetInt32(), events[8].Data.GetProperty("output_index").GetInt32()));
        Assert.Equal(Text(events[11].Data, "arguments"), Text(events[9].Data, "delta") + Text(events[10].Data, "delta"));
        var whole = events[^1].Data.GetProperty("response");
        Assert.Equal(["message", "function_call"], whole.GetProperty("output").EnumerateArray().Select(i => Text(i, "type")));
        Assert.Equal("{\"city\": \"Pune\"}", Text(whole.GetProperty("output")[1], "arguments"));
        Assert.Equal(5, whole.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(4, events.Select(e => e.Data.TryGetProperty("response", out var r) ? r : e.Data).Where(e => e.TryGetProperty("expert_cluster", out _)).Sum(e => e.GetProperty("expert_cluster").GetProperty("tokens").GetArrayLength()));
    }

    [Fact]
    public async Task Handle_CutAnswer_IsIncomplete()
    {
        Answer(FinishReason.Length, "It ", "rains");

        var whole = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}} }""")).Json;
        var last = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""")).Events[^1];

        Assert.Equal(("incomplete", "max_output_tokens"), (Text(whole, "status"), Text(whole.GetProperty("incomplete_details"), "reason")));
        Assert.Equal(("response.incomplete", "It rains"), (last.Name, Text(last.Data.GetProperty("response").GetProperty("output")[0].GetProperty("content")[0], "text")));
    }

    [Fact]
    public async Task Handle_Refused_NamesTheField()
    {
        _script.Backend.Refuse = _ => new RequestFailedException(new Failure(FailureKind.PromptTooLong, "prompt has 99 tokens", "prompt"));

        var call = await HttpCall.SendAsync(_endpoint.HandleAsync, """{"model": "law", "input": "a"}""");

        var error = call.Json.GetProperty("error");
        Assert.Equal((400, "input", "context_length_exceeded", "input has 99 tokens"), (call.Http.Response.StatusCode, Text(error, "param"), Text(error, "code"), Text(error, "message")));
    }

    [Fact]
    public async Task Handle_StreamFailsOnTheWay_EndsFailed()
    {
        _script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host was lost"));

        var events = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""")).Events;

        Assert.Equal("response.failed", events[^1].Name);
        var response = events[^1].Data.GetProperty("response");
        Assert.Equal(("failed", "the host was lost"), (Text(response, "status"), Text(response.GetProperty("error"), "message")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private void Answer(FinishReason finish, params string[] texts) => _script.Backend.Answer =
    [
        .. texts.Select((text, i) => new CompletionChunk
        {
            Text = text,
            Tokens = [new(i, text, -0.5f, [new("law", 1)])],
            Finish = i == texts.Length - 1 ? finish : FinishReason.None,
            Usage = i == texts.Length - 1 ? new(3, 2, 1) : null,
        }),
    ];
}
