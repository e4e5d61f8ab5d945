using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Whole answers and streams, as bytes.</summary>
public sealed class CompletionEndpointTests : IDisposable
{
    private readonly ScriptedPipeline _script = new();
    private readonly CompletionEndpoint _endpoint;

    public CompletionEndpointTests()
    {
        _endpoint = new CompletionEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, TimeProvider.System);
        _script.Backend.Answer =
        [
            new() { Text = "The ", Tokens = [new(1, "The ", -0.5f, [new("law", 1)])] },
            new() { Text = "tenant.", Tokens = [new(2, "tenant.", -1.5f, [new("tax", 1)])], Finish = FinishReason.Stop, Usage = new(3, 2, 1) },
        ];
    }

    public void Dispose() => _script.Dispose();

    [Fact]
    public async Task Handle_WholeChat_IsOneAnswerOfAllChunks()
    {
        var (http, text) = await AskAsync("""{"messages": [{"role": "user", "content": "Who pays?"}], "logprobs": true}""", isChat: true);

        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal((200, "application/json"), (http.Response.StatusCode, http.Response.ContentType));
        Assert.Equal(("chat.completion", "auto"), (json.GetProperty("object").GetString(), json.GetProperty("model").GetString()));
        var choice = json.GetProperty("choices")[0];
        Assert.Equal("The tenant.", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(2, choice.GetProperty("logprobs").GetProperty("content").GetArrayLength());
        Assert.Equal(5, json.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("host-0", json.GetProperty("expert_cluster").GetProperty("plan").GetProperty("host").GetString());
        Assert.Equal(["law", "tax"], json.GetProperty("expert_cluster").GetProperty("tokens").EnumerateArray().Select(t => t.GetProperty("experts")[0].GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("stable")]
    [InlineData("canary")]
    public async Task Handle_VersionHeader_DecidesAndThePlanTells(string version)
    {
        _script.Catalogue.Swap(Catalogues.SnapshotOf(2, e => e.Name == "law" ? e with { Canary = Catalogues.Version("law2", 50) } : e, ("law", "demo"), ("tax", "demo")));
        var law = _script.Catalogue.Current.FindExpert("law")!;

        var (_, text) = await AskAsync("""{"prompt": "Who", "model": "law"}"""u8.ToArray(), isChat: false, version: version);

        var expert = JsonDocument.Parse(text).RootElement.GetProperty("expert_cluster").GetProperty("plan").GetProperty("experts")[0];
        Assert.Equal(version, expert.GetProperty("version").GetString());
        Assert.Equal(version == "stable" ? law.Revision : law.Canary!.Revision, expert.GetProperty("revision").GetString());
    }

    [Fact]
    public async Task Handle_VersionHeaderOfAnotherValue_NamesIt()
    {
        var (http, text) = await AskAsync("""{"prompt": "Who", "model": "law"}"""u8.ToArray(), isChat: false, version: "shadow");

        Assert.Equal(400, http.Response.StatusCode);
        Assert.Equal("X-ExpertCluster-Version", JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(_script.Backend.Calls);
    }

    [Fact]
    public async Task Handle_StreamedChat_IsRoleChunksUsageAndDone()
    {
        var (http, text) = await AskAsync(
            """{"messages": [{"role": "user", "content": "Who pays?"}], "stream": true, "stream_options": {"include_usage": true}}""", isChat: true);

        Assert.Equal(("text/event-stream; charset=utf-8", "no-cache"), (http.Response.ContentType, http.Response.Headers.CacheControl.ToString()));
        var events = EventsOf(text);
        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(e => JsonDocument.Parse(e).RootElement)];
        Assert.Equal(4, chunks.Length);
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal(["", "The ", "tenant."], chunks[..3].Select(c => c.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));
        Assert.Equal(0, chunks[3].GetProperty("choices").GetArrayLength());
        Assert.Equal(3, chunks[3].GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task Handle_StreamedCompletion_HasNoRole()
    {
        var (_, text) = await AskAsync("""{"prompt": "Who", "stream": true}""", isChat: false);

        var events = EventsOf(text);
        Assert.Equal(["The ", "tenant."], events[..^1].Select(e => JsonDocument.Parse(e).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
    }

    /// <summary>As evaluation harnesses read it: the prompt's tokens first, the first of them without a probability.</summary>
    [Fact]
    public async Task Handle_Echo_ThePromptStandsBeforeTheAnswer()
    {
        Echo();

        var (_, text) = await AskAsync("""{"prompt": "Who pays? ", "echo": true, "logprobs": 1, "max_tokens": 1}""", isChat: false);

        var choice = JsonDocument.Parse(text).RootElement.GetProperty("choices")[0];
        var logprobs = choice.GetProperty("logprobs");
        Assert.Equal("Who pays? The tenant.", choice.GetProperty("text").GetString());
        Assert.Equal("[null,-2,-3,-0.5,-1.5]", logprobs.GetProperty("token_logprobs").GetRawText());
        Assert.Equal("""["Who"," pays","? ","The ","tenant."]""", logprobs.GetProperty("tokens").GetRawText());
        Assert.Equal("""[null,{" pays":-2},{"? ":-3},{"The ":-0.5},{"tenant.":-1.5}]""", logprobs.GetProperty("top_logprobs").GetRawText());
        Assert.Equal("[0,3,8,10,14]", logprobs.GetProperty("text_offset").GetRawText());
        Assert.Equal((3, 2), (UsageOf(text, "prompt_tokens"), UsageOf(text, "completion_tokens")));
        Assert.Equal(2, JsonDocument.Parse(text).RootElement.GetProperty("expert_cluster").GetProperty("tokens").GetArrayLength());
        Assert.True(Assert.Single(_script.Backend.Calls).Request.Echo);
    }

    [Fact]
    public async Task Handle_EchoStreamed_ThePromptComesFirst()
    {
        Echo();

        var (_, text) = await AskAsync("""{"prompt": "Who pays? ", "echo": true, "logprobs": 0, "stream": true}""", isChat: false);

        JsonElement[] choices = [.. EventsOf(text)[..^1].Select(e => JsonDocument.Parse(e).RootElement.GetProperty("choices")[0])];
        Assert.Equal(["Who pays? ", "", "The ", "tenant."], choices.Select(c => c.GetProperty("text").GetString()));
        Assert.Equal(["[null,-2]", "[-3]", "[-0.5]", "[-1.5]"], choices.Select(c => c.GetProperty("logprobs").GetProperty("token_logprobs").GetRawText()));
        Assert.Equal(["[0,3]", "[8]", "[10]", "[14]"], choices.Select(c => c.GetProperty("logprobs").GetProperty("text_offset").GetRawText()));
    }

    [Fact]
    public async Task Handle_EchoOfTokens_ThePromptIsTheirText()
    {
        Echo();

        var (_, text) = await AskAsync("""{"prompt": [7, 8, 9], "model": "law", "echo": true, "max_tokens": 0}""", isChat: false);

        Assert.Equal("Who pays? The tenant.", JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("""{"prompt": "Who", "max_tokens": 0}""", false, "max_tokens", "max_tokens is 0; it must be 1 or above")]
    [InlineData("""{"prompt": "Who", "echo": true, "max_tokens": -1}""", false, "max_tokens", "max_tokens is -1; it must be 0 or above")]
    [InlineData("""{"messages": [{"role": "user", "content": "Who?"}], "echo": true}""", true, "echo", "echo is not supported: a conversation comes without its turns")]
    public async Task Handle_EchoThatCannotBe_NamesTheField(string body, bool isChat, string param, string message)
    {
        var (http, text) = await AskAsync(body, isChat);

        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal((400, param, message), (http.Response.StatusCode, error.GetProperty("param").GetString(), error.GetProperty("message").GetString()));
    }


    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handle_RefusedBeforeTheFirstChunk_HasItsStatus(bool stream)
    {
        _script.Backend.ServesPlans = false;

        var (http, text) = await AskAsync($$"""{"prompt": "Who", "stream": {{(stream ? "true" : "false")}}}""", isChat: false);

        Assert.Equal((501, "application/json"), (http.Response.StatusCode, http.Response.ContentType));
        Assert.Equal("merge", JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("param").GetString());
    }

    /// <summary>The status line is gone: an error event, and no end, tells a cut stream from a whole one.</summary>
    [Fact]
    public async Task Handle_StreamFailsOnTheWay_EndsWithAnErrorEventAndNoDone()
    {
        _script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host was lost"));

        var (http, text) = await AskAsync("""{"prompt": "Who", "stream": true}""", isChat: false);

        Assert.Equal(200, http.Response.StatusCode);
        var events = EventsOf(text);
        Assert.Equal("the host was lost", JsonDocument.Parse(events[^1]).RootElement.GetProperty("error").GetProperty("message").GetString());
        Assert.DoesNotContain("[DONE]", events);
    }

    [Fact]
    public async Task Handle_WholeAnswerFailsOnTheWay_HasItsStatus()
    {
        _script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host was lost"));

        var (http, text) = await AskAsync("""{"prompt": "Who"}""", isChat: false);

        Assert.Equal((503, "1"), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()));
        Assert.Contains("the host was lost", text, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> Bodies => new()
    {
        { "{"u8.ToArray(), "not valid JSON" },
        { ""u8.ToArray(), "not valid JSON" },
        { [.. "{\"prompt\": \""u8, 0xC3, 0x28, .. "\"}"u8], "body" },
        { """{"prompt": "\ud800"}"""u8.ToArray(), "not valid text" },
        { "[1]"u8.ToArray(), "must be a JSON object" },
        { "\"x\""u8.ToArray(), "must be a JSON object" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Handle_BodyThatIsNone_NamesIt(byte[] body, string part)
    {
        var (http, text) = await AskAsync(body, isChat: false);

        Assert.Equal(400, http.Response.StatusCode);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal("body", error.GetProperty("param").GetString());
        Assert.Contains(part, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_CallerHasLeft_IsAborted()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        var lifetime = new FakeLifetime { RequestAborted = left.Token };

        var (_, text) = await AskAsync("""{"prompt": "Who"}"""u8.ToArray(), isChat: false, lifetime);

        Assert.True(lifetime.IsAborted);
        Assert.Empty(text);
    }

    private static List<string> EventsOf(string text) =>
        [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e.StartsWith("data: ", StringComparison.Ordinal) ? e[6..] : throw new InvalidDataException(e))];

    private Task<(HttpContext Http, string Text)> AskAsync(string body, bool isChat) => AskAsync(Encoding.UTF8.GetBytes(body), isChat);

    private async Task<(HttpContext Http, string Text)> AskAsync(byte[] body, bool isChat, FakeLifetime? lifetime = null, string? version = null)
    {
        var http = new DefaultHttpContext();
        if (version is not null)
        {
            http.Request.Headers["X-ExpertCluster-Version"] = version;
        }

        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime ?? new FakeLifetime());
        http.Request.Body = new MemoryStream(body);
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await _endpoint.HandleAsync(http, isChat);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return (http, Encoding.UTF8.GetString(answer.ToArray()));
    }

    private sealed class FakeLifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }

    private static int UsageOf(string text, string name) => JsonDocument.Parse(text).RootElement.GetProperty("usage").GetProperty(name).GetInt32();

    private void Echo() => _script.Backend.Answer =
    [
        new() { Echo = [new(7, "Who", 0, []), new(8, " pays", -2, [new("law", 1)])] },
        new() { Echo = [new(9, "? ", -3, [new("law", 1)])] },
        .. _script.Backend.Answer,
    ];
}
