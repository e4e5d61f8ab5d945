using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Answers of several choices, as bytes.</summary>
public sealed class ChoicesTests : IDisposable
{
    private readonly ScriptedPipeline _script = new(options: new RouterOptions { QueueLimit = 32 });
    private readonly CompletionEndpoint _endpoint;
    private readonly CancellationTokenSource _left = new();

    public ChoicesTests()
    {
        _endpoint = new CompletionEndpoint(_script.Pipeline, _script.Tools, _script.Asked, _script.Streams, TimeProvider.System);
        _script.Backend.AnswerTo = call =>
        [
            new() { Text = call.Request.Prompt ?? "chat", Tokens = [new(1, call.Request.Prompt ?? "chat", -0.5f, [new("law", 1)])] },
            new() { Text = $"{call.Request.Sampling.Seed}", Tokens = [new(2, "x", -1.5f, [new("tax", 1)])], Finish = FinishReason.Stop, Usage = new(3, 2, 1) },
        ];
    }

    public void Dispose()
    {
        _script.Dispose();
        _left.Dispose();
    }

    [Fact]
    public async Task Handle_PromptsTimesN_AreChoicesInTheirOrderWithOneIdAndTheSumOfUsage()
    {
        var json = JsonDocument.Parse(await AskAsync("""{"prompt": ["a", "b"], "n": 2, "seed": 4}""")).RootElement;

        var choices = json.GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal([(0, "a4"), (1, "a5"), (2, "b4"), (3, "b5")], choices.Select(c => (c.GetProperty("index").GetInt32(), c.GetProperty("text").GetString()!)));
        Assert.StartsWith("cmpl-", json.GetProperty("id").GetString(), StringComparison.Ordinal);

        // Each prompt once, all answers, and what was cached of each prompt for its first.
        Assert.Equal((6, 8, 14), Usage(json));
        Assert.Equal(2, json.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        Assert.False(json.TryGetProperty("expert_cluster", out _));
        Assert.All(choices, c => Assert.Equal("law", c.GetProperty("expert_cluster").GetProperty("tokens")[0].GetProperty("experts")[0].GetProperty("name").GetString()));
        Assert.All(choices, c => Assert.Equal("host-0", c.GetProperty("expert_cluster").GetProperty("plan").GetProperty("host").GetString()));
        Assert.Equal(4, _script.Backend.Calls.Select(c => c.Request.Id).Distinct().Count());
    }

    [Fact]
    public async Task Handle_StreamOfSeveral_TellsEachChunksIndexAndOneUsage()
    {
        string text = await AskAsync("""{"messages": [{"role": "user", "content": "Hi"}], "n": 3, "seed": 4, "stream": true, "stream_options": {"include_usage": true}}""", isChat: true);

        string[] events = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..])];
        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events[..^1].Select(e => JsonDocument.Parse(e).RootElement)];
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
        Assert.Equal((3, 6, 9), Usage(chunks[^1]));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        foreach (int index in (int[])[0, 1, 2])
        {
            var own = chunks[..^1].Select(c => Assert.Single(c.GetProperty("choices").EnumerateArray())).Where(c => c.GetProperty("index").GetInt32() == index).ToList();
            Assert.Equal("assistant", own[0].GetProperty("delta").GetProperty("role").GetString());
            Assert.All(own.Skip(1), c => Assert.False(c.GetProperty("delta").TryGetProperty("role", out _)));
            Assert.Equal($"chat{4 + index}", string.Concat(own.Select(c => c.GetProperty("delta").GetProperty("content").GetString())));
            Assert.Equal("stop", own[^1].GetProperty("finish_reason").GetString());
        }
    }

    [Fact]
    public async Task Handle_OneFails_FailsAllWithItsReason()
    {
        _script.Backend.Refuse = call => call.Request.Prompt == "b" ? new RequestFailedException(FailureKind.Unavailable, "the host was lost") : null;

        string text = await AskAsync("""{"prompt": ["a", "b", "c"]}""");

        Assert.Equal("the host was lost", JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(0, _script.Admission.InFlight);
    }

    [Fact]
    public async Task Handle_OneFailsOnTheWay_EndsTheStreamWithOneErrorAndNoDone()
    {
        _script.Backend.FailsAt = (1, new Failure(FailureKind.Unavailable, "the host was lost"));

        string text = await AskAsync("""{"prompt": ["a", "b", "c"], "stream": true}""");

        string[] events = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)];
        Assert.Single(events, e => e.Contains("\"error\"", StringComparison.Ordinal));
        Assert.Contains("the host was lost", events[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_CallerLeaves_CancelsAll()
    {
        var moving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Backend.BeforeMove = _ =>
        {
            moving.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        var asking = AskAsync("""{"prompt": ["a", "b", "c"]}""");
        await moving.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await _left.CancelAsync();
        await asking.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(0, _script.Admission.InFlight);
        Assert.True(_script.Backend.IsDisposed);
    }

    [Theory]
    [InlineData("""{"prompt": "a", "expert_cluster": {"k": 17}}""", false, "expert_cluster.k", "expert_cluster.k is 17; it must be from 1 to 16")]
    [InlineData("""{"prompt": "a", "expert_cluster": {"merge": "blend"}}""", false, "expert_cluster.merge", "expert_cluster.merge is \"blend\"")]
    [InlineData("""{"prompt": "a", "max_tokens": 0}""", false, "max_tokens", "max_tokens is 0; it must be 1 or above")]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}], "max_completion_tokens": 0}""", true, "max_completion_tokens", "max_completion_tokens is 0; it must be 1 or above")]
    [InlineData("""{"prompt": "a", "min_tokens": 5, "max_tokens": 4}""", false, "min_tokens", "min_tokens is 5; it must be at most max_tokens")]
    [InlineData("""{"prompt": "a", "logit_bias": {"4": 101}}""", false, "logit_bias", "logit_bias gives token 4 a bias of 101; it must be from -100 to 100")]
    public async Task Handle_FieldBeyondItsLimit_IsNamedAsItWasWritten(string body, bool isChat, string param, string message)
    {
        var error = JsonDocument.Parse(await AskAsync(body, isChat)).RootElement.GetProperty("error");

        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static (int Prompt, int Completion, int Total) Usage(JsonElement json)
    {
        var usage = json.GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32(), usage.GetProperty("total_tokens").GetInt32());
    }

    private async Task<string> AskAsync(string body, bool isChat = false)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpRequestLifetimeFeature>(new Lifetime { RequestAborted = _left.Token });
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var answer = new MemoryStream();
        http.Response.Body = answer;
        await _endpoint.HandleAsync(http, isChat);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public void Abort()
        {
        }
    }
}
