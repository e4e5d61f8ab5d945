using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Calls of tools in answers, whole and streamed, as bytes.</summary>
public sealed class ChatToolsTests : IDisposable
{
    private const string Body = """
        "model": "law", "messages": [{"role": "user", "content": "Does it rain?"}],
        "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
        """;

    private readonly ScriptedPipeline _script = new(options: new RouterOptions { QueueLimit = 32 });
    private readonly CompletionEndpoint _endpoint;

    public ChatToolsTests()
    {
        _endpoint = new CompletionEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, TimeProvider.System);
        _script.Catalogue.Swap(Catalogues.WithToolParser(Catalogues.SnapshotOf(2, ("law", "demo")), "hermes"));
        Answer("I look. ", "<tool_call>{\"name\": \"weather\", ", "\"arguments\": {\"city\":", " \"Pune\"}}</tool_call>");
    }

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Handle_WholeAnswerWithACall_HasMessageToolCalls()
    {
        var json = JsonElement.Parse(await AskAsync($$"""{ {{Body}} }"""));

        var choice = json.GetProperty("choices")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("I look.", choice.GetProperty("message").GetProperty("content").GetString());
        var call = Assert.Single(choice.GetProperty("message").GetProperty("tool_calls").EnumerateArray());
        Assert.Equal("function", call.GetProperty("type").GetString());
        Assert.Matches("^call_[0-9A-Za-z]{24}$", call.GetProperty("id").GetString());
        Assert.Equal("weather", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("{\"city\": \"Pune\"}", call.GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal(["<tool_call>", "</tool_call>"], Assert.Single(_script.Backend.Calls).Plan.VisibleTokens);
    }

    [Fact]
    public async Task Handle_OnlyACall_HasContentNull()
    {
        Answer("<tool_call>{\"name\": \"weather\"}</tool_call>");

        var json = JsonElement.Parse(await AskAsync($$"""{ {{Body}} }"""));

        Assert.Equal(JsonValueKind.Null, json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").ValueKind);
    }

    [Fact]
    public async Task Handle_StreamedAnswerWithACall_HasContentThenDeltasOfTheCall()
    {
        var choices = await StreamAsync();

        Assert.Equal(["", "I look."], choices.Select(c => c.GetProperty("delta")).Where(d => d.TryGetProperty("content", out _)).Select(d => d.GetProperty("content").GetString()));
        var calls = choices.Where(c => c.GetProperty("delta").TryGetProperty("tool_calls", out _)).Select(c => c.GetProperty("delta").GetProperty("tool_calls")[0]).ToList();
        Assert.Equal(["weather", null], calls.Select(c => c.GetProperty("function").TryGetProperty("name", out var name) ? name.GetString() : null));
        Assert.Equal([0, 0], calls.Select(c => c.GetProperty("index").GetInt32()));
        Assert.Equal([true, false], calls.Select(c => c.TryGetProperty("id", out _) && c.GetProperty("type").GetString() == "function"));
        Assert.Equal(["{\"city\":", " \"Pune\"}"], calls.Select(c => c.GetProperty("function").GetProperty("arguments").GetString()));
        Assert.Equal("tool_calls", choices[^1].GetProperty("finish_reason").GetString());
        Assert.All(choices.SkipLast(1), c => Assert.Equal(JsonValueKind.Null, c.GetProperty("finish_reason").ValueKind));
    }

    [Fact]
    public async Task Handle_AnswerWithoutACall_IsAsWithoutTools()
    {
        Answer("It ", "rains.");

        var whole = JsonElement.Parse(await AskAsync($$"""{ {{Body}} }""")).GetProperty("choices")[0];
        var streamed = await StreamAsync();

        Assert.Equal(("It rains.", "stop"), (whole.GetProperty("message").GetProperty("content").GetString(), whole.GetProperty("finish_reason").GetString()));
        Assert.False(whole.GetProperty("message").TryGetProperty("tool_calls", out _));
        Assert.Equal(["", "It", " rains."], streamed.Select(c => c.GetProperty("delta").GetProperty("content").GetString()));
        Assert.Equal("stop", streamed[^1].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Handle_SeveralChoices_EachHaveCallsOfTheirOwn()
    {
        string text = await AskAsync($$"""{ {{Body}}, "n": 2 }""");

        var calls = JsonElement.Parse(text).GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("id").GetString()).ToList();
        Assert.Equal(2, calls.Distinct().Count());
    }

    [Fact]
    public async Task Handle_BaseWithoutAParser_NamesTools()
    {
        _script.Catalogue.Swap(Catalogues.WithToolParser(Catalogues.SnapshotOf(3, ("law", "demo")), null));

        var error = JsonElement.Parse(await AskAsync($$"""{ {{Body}} }""")).GetProperty("error");
        var none = JsonElement.Parse(await AskAsync($$"""{ {{Body}}, "tool_choice": "none" }"""));

        Assert.Equal(("tools", "invalid_request_error"), (error.GetProperty("param").GetString(), error.GetProperty("type").GetString()));
        Assert.StartsWith("tools: base demo has a chat template that knows nothing of tools", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("I look. <tool_call>", none.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    private void Answer(params string[] texts) => _script.Backend.Answer =
        [.. texts.Select((text, i) => new CompletionChunk { Text = text, Finish = i == texts.Length - 1 ? FinishReason.Stop : FinishReason.None })];

    private async Task<List<JsonElement>> StreamAsync()
    {
        string text = await AskAsync($$"""{ {{Body}}, "stream": true }""");
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(e => JsonElement.Parse(e["data: ".Length..]).GetProperty("choices")[0])];
    }

    private async Task<string> AskAsync(string body)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await _endpoint.HandleAsync(http, isChat: true);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
