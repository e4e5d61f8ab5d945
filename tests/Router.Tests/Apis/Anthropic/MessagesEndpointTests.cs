using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Apis.Anthropic;

/// <summary>Messages, whole and streamed, as bytes.</summary>
public sealed class MessagesEndpointTests : IDisposable
{
    private const string Body = """
        "model": "law", "max_tokens": 64, "messages": [{"role": "user", "content": "Does it rain?"}],
        "tools": [{"name": "weather", "input_schema": {"type": "object"}}]
        """;

    private readonly ScriptedPipeline _script = new();
    private readonly MessagesEndpoint _endpoint;

    public MessagesEndpointTests()
    {
        _endpoint = new MessagesEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams);
        _script.Catalogue.Swap(Catalogues.WithToolParser(Catalogues.SnapshotOf(2, ("law", "demo")), "hermes"));
        Answer(FinishReason.Stop, "I look. ", "<tool_call>{\"name\": \"weather\", ", "\"arguments\": {\"city\":", " \"Pune\"}}</tool_call>");
    }

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Handle_WholeAnswerWithACall_HasBlocks()
    {
        var call = await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}} }""");

        var json = call.Json;
        Assert.Equal(("message", "assistant", "law", "tool_use"), (Text(json, "type"), Text(json, "role"), Text(json, "model"), Text(json, "stop_reason")));
        Assert.StartsWith("msg_", Text(json, "id"), StringComparison.Ordinal);
        var blocks = json.GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(["text", "tool_use"], blocks.Select(b => Text(b, "type")));
        Assert.Equal(("I look.", "weather", "Pune"), (Text(blocks[0], "text"), Text(blocks[1], "name"), Text(blocks[1].GetProperty("input"), "city")));
        Assert.Equal((2, 1, 2), (Usage("input_tokens"), Usage("cache_read_input_tokens"), Usage("output_tokens")));
        Assert.Equal("host-0", Text(json.GetProperty("expert_cluster").GetProperty("plan"), "host"));

        int Usage(string name) => json.GetProperty("usage").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Handle_StreamedAnswerWithACall_IsBlocksOneBehindTheOther()
    {
        var call = await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""");

        Assert.Equal("text/event-stream; charset=utf-8", call.Http.Response.ContentType);
        var events = call.Events;
        Assert.All(events, e => Assert.Equal(e.Name, Text(e.Data, "type")));
        Assert.Equal(
            [
                "message_start", "ping", "content_block_start", "content_block_delta", "content_block_stop", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ],
            events.Select(e => e.Name));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1], events.Where(e => e.Data.TryGetProperty("index", out _)).Select(e => e.Data.GetProperty("index").GetInt32()));
        Assert.Equal(("text_delta", "I look."), (Text(events[3].Data.GetProperty("delta"), "type"), Text(events[3].Data.GetProperty("delta"), "text")));
        var block = events[5].Data.GetProperty("content_block");
        Assert.Equal(("tool_use", "weather", "{}"), (Text(block, "type"), Text(block, "name"), block.GetProperty("input").GetRawText()));
        Assert.Equal("{\"city\": \"Pune\"}", string.Concat(events.Skip(6).Take(2).Select(e => Text(e.Data.GetProperty("delta"), "partial_json"))));
        Assert.Equal("tool_use", Text(events[^2].Data.GetProperty("delta"), "stop_reason"));
        Assert.Equal(2, events[^2].Data.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.Equal(4, events.Where(e => e.Data.TryGetProperty("expert_cluster", out _)).Sum(e => e.Data.GetProperty("expert_cluster").GetProperty("tokens").GetArrayLength()));
    }

    [Theory]
    [InlineData(FinishReason.Stop, null, "end_turn")]
    [InlineData(FinishReason.Stop, "###", "stop_sequence")]
    [InlineData(FinishReason.Length, null, "max_tokens")]
    public async Task Handle_Text_EndsForItsReason(FinishReason finish, string? sequence, string expected)
    {
        Answer(finish, "It ", "rains.");
        _script.Backend.Answer = [_script.Backend.Answer[0], _script.Backend.Answer[1] with { Stop = sequence is null ? null : new StopMatch(sequence, null) }];

        var whole = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}} }""")).Json;
        var events = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""")).Events;

        Assert.Equal(("It rains.", expected), (Text(Assert.Single(whole.GetProperty("content").EnumerateArray()), "text"), Text(whole, "stop_reason")));
        Assert.Equal("It rains.", string.Concat(events.Where(e => e.Name == "content_block_delta").Select(e => Text(e.Data.GetProperty("delta"), "text"))));
        Assert.Equal(expected, Text(events[^2].Data.GetProperty("delta"), "stop_reason"));
        Assert.Equal((sequence, sequence), (Text(whole, "stop_sequence"), Text(events[^2].Data.GetProperty("delta"), "stop_sequence")));
    }

    [Fact]
    public async Task Handle_Streamed_BeginsWithWhatThePromptCameTo()
    {
        _script.Backend.Answer = [_script.Backend.Answer[0] with { PromptUsage = new(9, 0, 4) }, .. _script.Backend.Answer.Skip(1)];

        var start = (await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""")).Events[0].Data.GetProperty("message").GetProperty("usage");

        Assert.Equal((5, 4, 0), (start.GetProperty("input_tokens").GetInt32(), start.GetProperty("cache_read_input_tokens").GetInt32(), start.GetProperty("output_tokens").GetInt32()));
    }

    [Fact]
    public async Task Handle_Refused_HasAnthropicsError()
    {
        var unknown = await HttpCall.SendAsync(_endpoint.HandleAsync, """{"model": "nobody", "max_tokens": 1, "messages": [{"role": "user", "content": "a"}]}""");
        var wrong = await HttpCall.SendAsync(_endpoint.HandleAsync, """{"model": "law", "max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "stop_sequences": [""]}""");

        Assert.Equal((404, "error", "not_found_error"), (unknown.Http.Response.StatusCode, Text(unknown.Json, "type"), Text(unknown.Json.GetProperty("error"), "type")));
        Assert.Equal((400, "invalid_request_error"), (wrong.Http.Response.StatusCode, Text(wrong.Json.GetProperty("error"), "type")));
        Assert.StartsWith("stop_sequences has a string of 0 characters", Text(wrong.Json.GetProperty("error"), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_StreamFailsOnTheWay_EndsWithAnErrorEvent()
    {
        _script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host was lost"));

        var call = await HttpCall.SendAsync(_endpoint.HandleAsync, $$"""{ {{Body}}, "stream": true }""");

        var last = call.Events[^1];
        Assert.Equal(("error", "overloaded_error"), (last.Name, Text(last.Data.GetProperty("error"), "type")));
        Assert.DoesNotContain(call.Events, e => e.Name == "message_stop");
    }

    private static string? Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString();

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
