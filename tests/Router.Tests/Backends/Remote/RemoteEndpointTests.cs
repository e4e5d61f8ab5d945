using System.Text.Json;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Backends.Remote;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Backends.Remote;

public sealed class RemoteEndpointTests
{
    [Fact]
    public async Task GivesTextTokensEndAndUsage()
    {
        var (text, last, chunks) = await RemoteTrials.AskAsync(async caller =>
        {
            await caller.BeginAsync();
            await caller.SayAsync("No");
            await caller.SayAsync("body.");
            await caller.EndAsync();
        });

        Assert.Equal("Nobody.", text);
        Assert.Equal(FinishReason.Stop, last.Finish);
        Assert.Equal(new Usage(7, 3, 0), last.Usage);
        Assert.All(chunks.SelectMany(c => c.Tokens), t => Assert.Equal((RemoteReader.NoToken, "cloud", 1.0), (t.Id, t.Experts[0].Name, t.Experts[0].Weight)));
    }

    [Fact]
    public async Task AsksWhatTheCallerAsked()
    {
        await using var fake = FakeEndpoint.Saying("x");
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model);
        var request = RemoteTrials.Asking() with
        {
            Messages = [new ChatMessage(ChatMessage.System, "Be short."), new ChatMessage(ChatMessage.User, "Who?")],
            Sampling = Sampling.Default with { MaxTokens = 9, Temperature = 0.5f, TopP = 0.25f, PresencePenalty = 1, FrequencyPenalty = -1, Stop = ["END"], Seed = 77 },
        };

        await RemoteTrials.AskAsync(endpoint, model, request);

        var asked = Assert.Single(fake.Requests);
        Assert.Equal("POST /v1/chat/completions HTTP/1.1", asked.Line);
        Assert.False(asked.Headers.ContainsKey("Authorization"));
        Assert.Equal("their-name", asked.Body.GetProperty("model").GetString());
        Assert.True(asked.Body.GetProperty("stream").GetBoolean());
        Assert.Equal(["system", "user"], asked.Body.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()!));
        Assert.Equal(9, asked.Body.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(0.5, asked.Body.GetProperty("temperature").GetDouble(), 6);
        Assert.Equal(0.25, asked.Body.GetProperty("top_p").GetDouble(), 6);
        Assert.Equal(77, asked.Body.GetProperty("seed").GetInt64());
        Assert.Equal("END", asked.Body.GetProperty("stop")[0].GetString());
    }

    [Fact]
    public async Task APrompt_IsWhatAUserSays()
    {
        await using var fake = FakeEndpoint.Saying("x");
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model);

        await RemoteTrials.AskAsync(endpoint, model, new CompletionRequest { Prompt = "Once upon", Sampling = Sampling.Default with { Seed = 1 } });

        var message = fake.Requests.Single().Body.GetProperty("messages").EnumerateArray().Single();
        Assert.Equal("user", message.GetProperty("role").GetString());
        Assert.Contains("Once upon", message.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyInAFile_IsReadAgainForEachCall_AndOneThatIsMissingIsNotAskedWithout()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "key");
        await using var fake = FakeEndpoint.Saying("x");
        var model = RemoteTrials.ModelOf(fake.Url) with { KeyFile = file };
        using var endpoint = RemoteTrials.EndpointOf(model);

        await File.WriteAllTextAsync(file, "first\n", TestContext.Current.CancellationToken);
        await RemoteTrials.AskAsync(endpoint, model);
        await File.WriteAllTextAsync(file, "second", TestContext.Current.CancellationToken);
        await RemoteTrials.AskAsync(endpoint, model);
        File.Delete(file);
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));

        Assert.Equal(["Bearer first", "Bearer second"], fake.Requests.Select(r => r.Headers["Authorization"]));
        Assert.Equal("cloud is a remote model, which has no key that this router could show it", error.Message);
    }

    [Fact]
    public async Task TriesAgain_WhereThatCanHelp()
    {
        await using var fake = new FakeEndpoint(async caller =>
        {
            if (caller.Number < 2)
            {
                await caller.BeginAsync("application/json", caller.Number == 0 ? "503 Busy" : "429 Too Many Requests");
                return;
            }

            await caller.BeginAsync();
            await caller.SayAsync("At last.");
            await caller.EndAsync();
        });
        var model = RemoteTrials.ModelOf(fake.Url) with { Attempts = 3, FirstSeconds = 30 };
        using var endpoint = RemoteTrials.EndpointOf(model);

        Assert.Equal("At last.", (await RemoteTrials.AskAsync(endpoint, model)).Text);
        Assert.Equal(3, fake.Requests.Count);
    }

    [Fact]
    public async Task WhoeverAsksForMuchTime_IsNotWaitedFor_AndTheCallerIsToldHowLong()
    {
        await using var fake = new FakeEndpoint(caller => caller.BeginAsync("application/json", "429 Too Many Requests", "Retry-After: 600\r\n"));
        var model = RemoteTrials.ModelOf(fake.Url) with { Attempts = 5, FirstSeconds = 30 };
        using var endpoint = RemoteTrials.EndpointOf(model);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));

        Assert.Equal(TimeSpan.FromSeconds(600), error.Failure.RetryAfter);
        Assert.Single(fake.Requests);
    }

    [Fact]
    public async Task OneThatFailsAgainAndAgain_IsLeftAlone_ThenAskedAgain()
    {
        bool isWell = false;
        await using var fake = new FakeEndpoint(async caller =>
        {
            if (!isWell)
            {
                await caller.BeginAsync("application/json", "500 Oops");
                return;
            }

            await caller.BeginAsync();
            await caller.SayAsync("Well again.");
            await caller.EndAsync();
        });
        var time = new MovableTime();
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model, time);
        for (int i = 0; i < 5; i++)
        {
            Assert.Null(endpoint.Problem());
            await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));
        }

        Assert.Contains("left alone", endpoint.Problem()!.Message, StringComparison.Ordinal);
        var held = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));
        Assert.Equal(FailureKind.Unavailable, held.Failure.Kind);
        Assert.Equal(5, fake.Requests.Count);

        isWell = true;
        time.Move(TimeSpan.FromSeconds(11));
        Assert.Null(endpoint.Problem());
        Assert.Equal("Well again.", (await RemoteTrials.AskAsync(endpoint, model)).Text);
    }

    [Fact]
    public async Task RequestsThatItRefuses_SayNothingOfIt()
    {
        await using var fake = new FakeEndpoint(caller => caller.BeginAsync("application/json", "400 Bad Request"));
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model);
        for (int i = 0; i < 12; i++)
        {
            await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));
        }

        Assert.Null(endpoint.Problem());
    }

    [Fact]
    public async Task ASpentBudget_HoldsCallsBack_UntilItsHoursAreOver()
    {
        await using var fake = FakeEndpoint.Saying("x");
        var time = new MovableTime();
        var model = RemoteTrials.ModelOf(fake.Url) with { BudgetTokens = 15, BudgetHours = 2 };
        using var endpoint = RemoteTrials.EndpointOf(model, time);

        await RemoteTrials.AskAsync(endpoint, model);
        await RemoteTrials.AskAsync(endpoint, model);
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model));

        Assert.Equal(FailureKind.Overloaded, error.Failure.Kind);
        Assert.Contains("budget of 15 tokens for 2 h", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, fake.Requests.Count);
        time.Move(TimeSpan.FromHours(2));
        await RemoteTrials.AskAsync(endpoint, model);
    }

    [Fact]
    public async Task NoMoreAtOnceThanItMay_AndAPlaceIsFreeWhenAnAnswerIsGivenUp()
    {
        await using var fake = new FakeEndpoint(async caller =>
        {
            await caller.BeginAsync();
            await caller.SayAsync("Well, ");
            await caller.FallSilentAsync();
        });
        var model = RemoteTrials.ModelOf(fake.Url) with { MaxConcurrent = 1, IdleSeconds = 60 };
        using var endpoint = RemoteTrials.EndpointOf(model);
        var call = RemoteTrials.CallOf(RemoteTrials.Asking(), model);

        int closed = 0;
        var first = await endpoint.OpenAsync(call, () => closed++, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => endpoint.OpenAsync(call, () => closed++, TestContext.Current.CancellationToken));
        Assert.Equal(FailureKind.Overloaded, error.Failure.Kind);
        Assert.Equal(1, closed);

        first.Dispose();
        Assert.Equal(2, closed);
        (await endpoint.OpenAsync(call, static () => { }, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task ACallerWhoLeaves_EndsTheCall()
    {
        var gone = new TaskCompletionSource();
        await using var fake = new FakeEndpoint(async caller =>
        {
            await caller.BeginAsync();
            await caller.SayAsync("Well, ");
            try
            {
                while (true)
                {
                    await caller.WriteAsync(": still here\n\n");
                }
            }
            catch (IOException)
            {
                gone.SetResult();
            }
        });
        var model = RemoteTrials.ModelOf(fake.Url) with { IdleSeconds = 60 };
        using var endpoint = RemoteTrials.EndpointOf(model);
        using var leave = new CancellationTokenSource();
        var stream = await endpoint.OpenAsync(RemoteTrials.CallOf(RemoteTrials.Asking(), model), static () => { }, leave.Token);

        var next = stream.MoveNextAsync(leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        stream.Dispose();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AnEndWithoutUsage_IsAnEnd()
    {
        var (text, last, _) = await RemoteTrials.AskAsync(
            async caller =>
            {
                await caller.BeginAsync();
                await caller.SayAsync("Yes.");
                await caller.EndAsync("length", usage: "");
            },
            change: m => m with { IdleSeconds = 60 });

        Assert.Equal(("Yes.", FinishReason.Length, 1), (text, last.Finish, last.Usage!.CompletionTokens));
    }

    [Fact]
    public async Task AConnectionThatStaysOpenBehindTheEnd_HoldsNobodyUp()
    {
        var (text, last, _) = await RemoteTrials.AskAsync(
            async caller =>
            {
                await caller.BeginAsync();
                await caller.SayAsync("Yes.");
                await caller.EventAsync(FakeEndpoint.Caller.Chunk("{}", "\"stop\""));
                await caller.FallSilentAsync();
            },
            change: m => m with { IdleSeconds = 3600 });

        Assert.Equal(("Yes.", FinishReason.Stop), (text, last.Finish));
    }

    [Fact]
    public async Task LogProbabilities_AreThoseThatItTells()
    {
        var (_, _, chunks) = await RemoteTrials.AskAsync(
            async caller =>
            {
                await caller.BeginAsync();
                await caller.EventAsync(
                    """{"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.5,"bytes":[72,105]},{"token":"Oh","logprob":-1.5,"bytes":null}]}],"refusal":null},"finish_reason":null}]}""");
                await caller.EndAsync();
            },
            RemoteTrials.Asking() with { Sampling = Sampling.Default with { TopLogprobs = 2, Seed = 1 } });

        var token = chunks[0].Tokens.Single();
        Assert.Equal(-0.5f, token.LogProbability);
        Assert.Equal([-0.5f, -1.5f], token.Detail!.Top.Select(t => t.LogProbability));
        Assert.Equal("Oh"u8.ToArray(), token.Detail.Top[1].Bytes.ToArray());
    }

    [Fact]
    public async Task ToolsAndTurnsAboutThem_GoThere_AndCallsComeBackInTheMarks()
    {
        await using var fake = new FakeEndpoint(async caller =>
        {
            await caller.BeginAsync();
            await caller.EventAsync(FakeEndpoint.Caller.Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"look","arguments":""}}]}""", "null"));
            await caller.EventAsync(FakeEndpoint.Caller.Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"place\":"}}]}""", "null"));
            await caller.EventAsync(FakeEndpoint.Caller.Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":" \"Oslo\"}"}}]}""", "null"));
            await caller.EndAsync("tool_calls");
        });
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model);
        var request = RemoteTrials.Asking() with
        {
            Messages =
            [
                new ChatMessage(ChatMessage.User, "Weather?"),
                new ChatMessage(ChatMessage.Assistant, "") { Fields = """{"tool_calls":[{"type":"function","id":"c0","function":{"name":"look","arguments":{"place":"Bergen"}}}]}""" },
                new ChatMessage(ChatMessage.Tool, "rain") { Fields = """{"tool_call_id":"c0"}""" },
            ],
            Chat = ChatOptions.Default with { Tools = """[{"type":"function","function":{"name":"look","description":"Looks outside","parameters":{"type":"object"}}}]""" },
            Tools = new ToolWish { Tools = [new Contracts.Tools.Tool("look", """{"type":"object","properties":{"place":{"type":"string"}}}""")], Choice = ToolChoice.Required, Parallel = false },
            Structure = new StructuredOutput { Kind = StructuredOutputKind.JsonSchema, Source = "{}", Field = "tool_choice" },
        };

        var (text, last, _) = await RemoteTrials.AskAsync(endpoint, model, request);

        Assert.Equal("""<tool_call>{"name": "look", "arguments": {"place": "Oslo"}}</tool_call>""", text);
        Assert.Equal(FinishReason.Stop, last.Finish);
        var body = fake.Requests.Single().Body;
        Assert.Equal("Looks outside", body.GetProperty("tools")[0].GetProperty("function").GetProperty("description").GetString());
        Assert.Equal("required", body.GetProperty("tool_choice").GetString());
        Assert.False(body.GetProperty("parallel_tool_calls").GetBoolean());
        Assert.False(body.TryGetProperty("response_format", out _));
        var messages = body.GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal("c0", messages[1].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("Bergen", JsonDocument.Parse(messages[1].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()!).RootElement.GetProperty("place").GetString());
        Assert.Equal("c0", messages[2].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    public async Task ASchemaThatIsNoJson_IsRefusedByItsField_AndTakesNoPlace()
    {
        await using var fake = FakeEndpoint.Saying("x");
        var model = RemoteTrials.ModelOf(fake.Url) with { MaxConcurrent = 1 };
        using var endpoint = RemoteTrials.EndpointOf(model);
        var request = RemoteTrials.Asking() with { Structure = new StructuredOutput { Kind = StructuredOutputKind.JsonSchema, Source = "{\"type\":", Field = "response_format" } };

        for (int i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<RequestFailedException>(() => RemoteTrials.AskAsync(endpoint, model, request));
            Assert.Equal((FailureKind.InvalidArgument, "response_format"), (error.Failure.Kind, error.Failure.Field));
        }

        Assert.Equal("x", (await RemoteTrials.AskAsync(endpoint, model)).Text);
    }

    [Fact]
    public async Task ASchema_GoesThere()
    {
        await using var fake = FakeEndpoint.Saying("{}");
        var model = RemoteTrials.ModelOf(fake.Url);
        using var endpoint = RemoteTrials.EndpointOf(model);
        var request = RemoteTrials.Asking() with { Structure = new StructuredOutput { Kind = StructuredOutputKind.JsonSchema, Source = """{"type":"object","properties":{"a":{"type":"integer"}}}""" } };

        await RemoteTrials.AskAsync(endpoint, model, request);

        var format = fake.Requests.Single().Body.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.Equal("integer", format.GetProperty("json_schema").GetProperty("schema").GetProperty("properties").GetProperty("a").GetProperty("type").GetString());
    }

    /// <summary>The system's, so many hours later: what waits for bytes needs a clock that runs.</summary>
    private sealed class MovableTime : TimeProvider
    {
        private TimeSpan _by;

        public void Move(TimeSpan by) => _by += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _by;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(_by.TotalSeconds * TimestampFrequency);
    }
}
