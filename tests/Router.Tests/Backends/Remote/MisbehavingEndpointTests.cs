using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Backends.Remote;

/// <summary>What endpoints do wrong: each time a clean failure of a kind that tells what to do, within its limit, which says nothing of where and with which key.</summary>
public sealed class MisbehavingEndpointTests
{
    private const string Key = "sk-a-key-of-nobody";

    private static readonly Dictionary<string, (Func<FakeEndpoint.Caller, Task> Answer, FailureKind Kind, string Words)> Ways = new()
    {
        ["slow headers"] = (c => c.FallSilentAsync(), FailureKind.Unavailable, "nothing of an answer within 1 s"),
        ["half a head"] = (async c => { await c.WriteAsync("HTTP/1.1 200 OK\r\nContent-Ty"); await c.FallSilentAsync(); }, FailureKind.Unavailable, "nothing of an answer within 1 s"),
        ["no head"] = (c => c.WriteAsync("\u0016\u0003\u0001 hello\r\n\r\n"), FailureKind.Unavailable, "can't be reached"),
        ["endless head"] = (Endless("X-More: of this\r\n", "HTTP/1.1 200 OK\r\n"), FailureKind.Unavailable, "can't be reached"),
        ["silent body"] = (async c => { await c.BeginAsync(); await c.FallSilentAsync(); }, FailureKind.Unavailable, "nothing of an answer within 1 s"),
        ["keep-alives alone"] = (KeepAlivesAsync, FailureKind.Unavailable, "nothing of an answer within 1 s"),
        ["half a line"] = (async c => { await c.BeginAsync(); await c.WriteAsync("data: {\"id\":\"x\",\"cho"); }, FailureKind.Unavailable, "ended its answer before its end"),
        ["wrong JSON"] = (async c => { await c.BeginAsync(); await c.EventAsync("{\"id\":\"x\",,}"); await c.FallSilentAsync(); }, FailureKind.Unavailable, "nobody can read"),
        ["JSON of another shape"] = (async c => { await c.BeginAsync(); await c.EventAsync("""{"id":"x","choices":"none"}"""); await c.FallSilentAsync(); }, FailureKind.Unavailable, "nobody can read"),
        ["JSON that is no object"] = (async c => { await c.BeginAsync(); await c.EventAsync("[1,2]"); await c.FallSilentAsync(); }, FailureKind.Unavailable, "nobody can read"),
        ["429"] = (c => c.BeginAsync("application/json", "429 Too Many Requests"), FailureKind.Overloaded, "has too much to do (429)"),
        ["500"] = (c => c.BeginAsync("application/json", "500 Oops"), FailureKind.Unavailable, "failed (500)"),
        ["503"] = (c => c.BeginAsync("text/html", "503 Busy"), FailureKind.Unavailable, "failed (503)"),
        ["401"] = (async c => { await c.BeginAsync("application/json", "401 No"); await c.WriteAsync("""{"error":{"message":"Incorrect key KEY"}}""".Replace("KEY", Key, StringComparison.Ordinal)); }, FailureKind.Unavailable, "refuses this cluster's key"),
        ["404"] = (c => c.BeginAsync("application/json", "404 Not Found"), FailureKind.Unavailable, "is not there"),
        ["400"] = (async c => { await c.BeginAsync("application/json", "400 Bad Request"); await c.WriteAsync("""{"error":{"message":"secrets of the prompt"}}"""); }, FailureKind.InvalidArgument, "refuses the request (400)"),
        ["413"] = (c => c.BeginAsync("application/json", "413 Too Large"), FailureKind.TooLarge, "too large"),
        ["redirect"] = (c => c.BeginAsync("text/html", "302 Found", "Location: http://169.254.169.254/latest\r\n"), FailureKind.Unavailable, "redirects elsewhere (302)"),
        ["redirect without a place"] = (c => c.BeginAsync("text/html", "301 Moved"), FailureKind.Unavailable, "redirects elsewhere (301)"),
        ["nothing at all"] = (c => c.BeginAsync("text/event-stream", "204 No Content"), FailureKind.Unavailable, "status 204"),
        ["a page"] = (async c => { await c.BeginAsync("text/html"); await c.WriteAsync("<html>Please log in</html>"); }, FailureKind.Unavailable, "something else than a stream of events"),
        ["no stream"] = (async c => { await c.BeginAsync("application/json"); await c.WriteAsync("{}"); }, FailureKind.Unavailable, "something else than a stream of events"),
        ["another charset"] = (c => c.BeginAsync("text/event-stream; charset=utf-16"), FailureKind.Unavailable, "something else than a stream of events"),
        ["compressed"] = (c => c.BeginAsync(more: "Content-Encoding: gzip\r\n"), FailureKind.Unavailable, "compressed"),
        ["Latin-1"] = (async c => { await c.BeginAsync(); await c.WriteAsync(Encoding.Latin1.GetBytes("data: " + FakeEndpoint.Caller.Chunk("""{"content":"Käse"}""", "null") + "\n\n")); await c.FallSilentAsync(); }, FailureKind.Unavailable, "not UTF-8"),
        ["UTF-16"] = (async c => { await c.BeginAsync(); await c.WriteAsync(Encoding.Unicode.GetBytes("data: " + FakeEndpoint.Caller.Chunk("""{"content":"cheese"}""", "null") + "\n\n")); }, FailureKind.Unavailable, "ended its answer before its end"),
        ["a huge line"] = (Endless(new string('a', 1 << 16), "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: {\""), FailureKind.Unavailable, "a line of more than 1 MiB"),
        ["nothing but its end"] = (async c => { await c.BeginAsync(); await c.EventAsync("[DONE]"); }, FailureKind.Unavailable, "ended its answer before its end"),
        ["an error within"] = (async c => { await c.BeginAsync(); await c.EventAsync("""{"error":{"message":"the key is wrong","code":500}}"""); await c.FallSilentAsync(); }, FailureKind.Unavailable, "said within its answer that it failed"),
        ["a reset"] = (c => { c.Reset(); return Task.CompletedTask; }, FailureKind.Unavailable, "can't be reached"),
        ["a body that is shorter than told"] = (async c => { await c.BeginAsync(more: "Content-Length: 9000\r\n"); await c.WriteAsync(": hello\n\n"); }, FailureKind.Unavailable, "broke off its answer"),
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task FailsCleanly_BeforeTheAnswerBegins(string way)
    {
        var (answer, kind, words) = Ways[way];
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => WithKeyAsync(answer, IsSilent(words)));

        Assert.Equal(kind, error.Failure.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("cloud is a remote model, which ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, (Func<FakeEndpoint.Caller, Task> Then, string Words)> Later = new()
    {
        ["silence"] = (c => c.FallSilentAsync(), "no more of its answer within 1 s"),
        ["keep-alives alone"] = (c => KeepAlivesAsync(c, begin: false), "no more of its answer within 1 s"),
        ["its end without a reason"] = (c => c.EventAsync("[DONE]"), "ended its answer before its end"),
        ["the end of the connection"] = (_ => Task.CompletedTask, "ended its answer before its end"),
        ["half a line"] = (c => c.WriteAsync("data: {\"id\""), "ended its answer before its end"),
        ["wrong JSON"] = (async c => { await c.EventAsync("{"); await c.FallSilentAsync(); }, "nobody can read"),
        ["a reset"] = (c => { c.Reset(); return Task.CompletedTask; }, "broke off its answer"),
        ["half a character"] = (async c => { await c.WriteAsync([(byte)'d', 0xE2, 0x82, (byte)'\n']); await c.FallSilentAsync(); }, "not UTF-8"),
        ["a huge line"] = (Endless(new string('a', 1 << 16), "data: {\""), "a line of more than 1 MiB"),
        ["an error"] = (async c => { await c.WriteAsync("data:  { \"er"); await c.WriteAsync("ror\": {\"message\": \"oops\"}}\n\n"); await c.FallSilentAsync(); }, "said within its answer that it failed"),
        ["comments without end"] = (Endless(": " + new string('a', 1 << 16) + "\n", ""), "more than 64 MiB"),
    };

    public static TheoryData<string> LaterNames => [.. Later.Keys];

    [Theory]
    [MemberData(nameof(LaterNames))]
    public async Task FailsCleanly_BehindItsFirstWords(string way)
    {
        var (rest, words) = Later[way];
        var heard = new TaskCompletionSource();
        await using var fake = new FakeEndpoint(async caller =>
        {
            await caller.BeginAsync();
            await caller.SayAsync("Well, ");
            await heard.Task;
            await rest(caller);
        });
        var model = RemoteTrials.ModelOf(fake.Url) with { IdleSeconds = IsSilent(words) ? 1 : 120 };
        using var endpoint = RemoteTrials.EndpointOf(model);
        using var stream = await endpoint.OpenAsync(RemoteTrials.CallOf(RemoteTrials.Asking(), model), static () => { }, TestContext.Current.CancellationToken);

        Assert.Equal("Well, ", stream.Current.Text);
        heard.SetResult();
        var error = await Assert.ThrowsAsync<RequestFailedException>(async () => await stream.MoveNextAsync(TestContext.Current.CancellationToken));
        Assert.Equal(FailureKind.Unavailable, error.Failure.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoesNoFurtherThanItWasAsked_WhereAnAnswerHasNoEnd()
    {
        var request = RemoteTrials.Asking() with { Sampling = RemoteTrials.Asking().Sampling with { MaxTokens = 20 } };
        var (text, last, chunks) = await RemoteTrials.AskAsync(
            async caller =>
            {
                await caller.BeginAsync();
                while (true)
                {
                    await caller.SayAsync("on and ");
                }
            },
            request);

        Assert.Equal(Contracts.Answers.FinishReason.Length, last.Finish);
        Assert.InRange(chunks.Count(c => c.Text.Length > 0), 20, 21);
        Assert.StartsWith("on and on and ", text, StringComparison.Ordinal);
    }

    /// <summary>Whatever an endpoint makes of a good answer, it ends well or with a failure that says so.</summary>
    [Fact]
    public async Task DamagedAnswers_AreAnswersOrFailures()
    {
        byte[] good = Encoding.UTF8.GetBytes(
            string.Concat(((string[])[
                FakeEndpoint.Caller.Chunk("""{"role":"assistant","content":"Wéll, "}""", "null"),
                FakeEndpoint.Caller.Chunk("""{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}""", "null"),
                """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"so"},"logprobs":{"content":[{"token":"so","logprob":-1,"bytes":[115,111],"top_logprobs":[]}]},"finish_reason":null}]}""",
                FakeEndpoint.Caller.Chunk("{}", "\"stop\""),
                """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""",
                "[DONE]"]).Select(e => $"data: {e}\n\n")));
        var random = new Random(11);
        await using var fake = new FakeEndpoint(async caller =>
        {
            byte[] bad = [.. good];
            lock (random)
            {
                for (int n = random.Next(1, 6); n > 0; n--)
                {
                    int at = random.Next(bad.Length);
                    bad = random.Next(4) switch
                    {
                        0 => [.. bad[..at], .. bad[Math.Min(bad.Length, at + random.Next(20))..]],
                        1 => [.. bad[..at], .. bad[random.Next(at + 1)..at], .. bad[at..]],
                        2 => [.. bad[..at], (byte)"0\"{}[],:-n\n\r\0e".AsSpan()[random.Next(14)], .. bad[at..]],
                        _ => [.. bad[..at], (byte)random.Next(256), .. bad[Math.Min(bad.Length, at + 1)..]],
                    };
                    if (bad.Length == 0)
                    {
                        break;
                    }
                }
            }

            await caller.BeginAsync();
            await caller.WriteAsync(bad);
        });
        var model = RemoteTrials.ModelOf(fake.Url);
        int answers = 0;
        for (int i = 0; i < 400; i++)
        {
            // Each with a breaker of its own.
            using var endpoint = RemoteTrials.EndpointOf(model);
            try
            {
                await RemoteTrials.AskAsync(endpoint, model);
                answers++;
            }
            catch (RequestFailedException error)
            {
                Assert.StartsWith("cloud is a remote model, which ", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(answers, 1, 399);
    }

    [Fact]
    public async Task NobodyThere_IsSaidWithoutAnAddress()
    {
        var model = RemoteTrials.ModelOf("http://127.0.0.1:9/v1");
        using var endpoint = RemoteTrials.EndpointOf(model);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));

        Assert.Equal("cloud is a remote model, which can't be reached (ConnectionError)", error.Message);
    }

    private static bool IsSilent(string words) => words.EndsWith("within 1 s", StringComparison.Ordinal);

    private static async Task WithKeyAsync(Func<FakeEndpoint.Caller, Task> answer, bool isSilent)
    {
        Environment.SetEnvironmentVariable("EXPERTCLUSTER_TEST_REMOTE_KEY", Key);
        await RemoteTrials.AskAsync(answer, change: m => (isSilent ? RemoteTrials.Impatient(m) : m) with { KeyVariable = "EXPERTCLUSTER_TEST_REMOTE_KEY" });
    }

    private static Task KeepAlivesAsync(FakeEndpoint.Caller caller) => KeepAlivesAsync(caller, begin: true);

    private static async Task KeepAlivesAsync(FakeEndpoint.Caller caller, bool begin)
    {
        if (begin)
        {
            await caller.BeginAsync();
        }

        while (true)
        {
            await caller.WriteAsync(": still here\n\n");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static Func<FakeEndpoint.Caller, Task> Endless(string again, string begin) => async caller =>
    {
        await caller.WriteAsync(begin);
        while (true)
        {
            await caller.WriteAsync(again);
        }
    };
}
