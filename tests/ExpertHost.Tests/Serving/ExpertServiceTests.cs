using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class ExpertServiceTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);
    private ServedExperts _served = null!;
    private ExpertActivation _law = null!;
    private ExpertActivation _tax = null!;

    public async ValueTask InitializeAsync()
    {
        _served = await ServedExperts.StartAsync(_host);
        (_law, _tax) = (await _host.LoadAsync("law"), await _host.LoadAsync("tax"));
    }

    [Fact]
    public async Task Generate_Plan_StreamsTokensAndEndsWithReasonAndUsage()
    {
        var chunks = await _served.ReadAsync(Plans.Of(_law));

        var tokens = chunks.SelectMany(c => c.Tokens).ToList();
        Assert.Equal(5, tokens.Count);
        Assert.Equal(string.Concat(tokens.Select(t => t.Text)), string.Concat(chunks.Select(c => c.Text)));
        Assert.All(tokens, t => Assert.Equal([new WeightedExpert { Name = "law", Weight = 1 }], t.Experts));
        Assert.Equal(FinishReason.Length, chunks[^1].FinishReason);
        Assert.Equal(new Usage { PromptTokens = 9, CompletionTokens = 5 }, chunks[^1].Usage);
        Assert.All(chunks.SkipLast(1), c => Assert.Null(c.Usage));
        Assert.Equal(0, _law.Running);
    }

    /// <summary>The runner writes letters, a byte a token; what it would write is banned letter by letter, and the next text again.</summary>
    [Fact]
    public async Task Generate_BadWords_AreNotWritten()
    {
        string text = await TextAsync(Plans.Of(_law));
        var request = Plans.Of(_law);
        request.Sampling.BadWords.Add(text[..2]);

        string other = await TextAsync(request);

        Assert.Equal(text[0], other[0]);
        Assert.DoesNotContain(text[..2], other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_TopLogprobs_ComeWithEachToken()
    {
        var request = Plans.Of(_law);
        request.Sampling.TopLogprobs = 3;

        var tokens = (await _served.ReadAsync(request)).SelectMany(c => c.Tokens).ToList();

        Assert.All(tokens, t => Assert.Equal((t.Id, 3, t.Text), (t.Top[0].Id, t.Top.Count, t.Bytes.ToStringUtf8())));
    }

    /// <summary>What was drawn is given as a prompt, and gets the log-probabilities that it was drawn with.</summary>
    [Fact]
    public async Task Generate_Echo_ScoresThePromptAndGoesOn()
    {
        var asked = Plans.Of(_law);
        asked.Sampling.TopLogprobs = 2;
        var drawn = (await _served.ReadAsync(asked)).SelectMany(c => c.Tokens).ToList();
        var prompt = (await _served.Client.TokenizeAsync(new TokenizeRequest { Base = SmallModels.Base, Prompt = asked.Prompt }, cancellationToken: _cancellation)).Tokens;
        var again = asked.Clone();
        again.ClearPrompt();
        again.PromptTokens.AddRange([.. prompt, .. drawn.Take(3).Select(t => t.Id)]);
        again.Echo = true;
        again.Sampling.MaxTokens = 2;

        var chunks = await _served.ReadAsync(again);

        var echo = chunks.SelectMany(c => c.Echo).ToList();
        Assert.Equal(again.PromptTokens, echo.Select(t => t.Id));
        Assert.Equal(asked.Prompt + string.Concat(drawn.Take(3).Select(t => t.Text)), string.Concat(echo.Select(t => t.Text)));
        Assert.Equal(drawn.Take(3).Select(t => (t.Logprob, t.Bytes, t.Top.Count)), echo.TakeLast(3).Select(t => (t.Logprob, t.Bytes, t.Top.Count)));
        Assert.Equal((0, 0, 1), (echo[0].Logprob, echo[0].Top.Count, echo[0].Bytes.Length));
        Assert.Equal(drawn.Skip(3).Select(t => (t.Id, t.Logprob)), chunks.SelectMany(c => c.Tokens).Select(t => (t.Id, t.Logprob)));
        Assert.Equal(string.Concat(drawn.Skip(3).Select(t => t.Text)), string.Concat(chunks.Select(c => c.Text)));
        Assert.Equal(new Usage { PromptTokens = prompt.Count + 3, CompletionTokens = 2 }, chunks[^1].Usage);
    }

    [Fact]
    public async Task Generate_EchoWithoutAnAnswer_EndsBehindThePrompt()
    {
        var request = Plans.Of(_law);
        (request.Echo, request.Sampling.MaxTokens) = (true, 0);

        var chunks = await _served.ReadAsync(request);

        Assert.Equal(9, chunks.Sum(c => c.Echo.Count));
        Assert.Empty(chunks.SelectMany(c => c.Tokens));
        Assert.Equal((FinishReason.Length, ""), (chunks[^1].FinishReason, string.Concat(chunks.Select(c => c.Text))));
        Assert.Equal(new Usage { PromptTokens = 9 }, chunks[^1].Usage);
    }

    /// <summary>Harnesses ask for one token more than the prompt has, and count on it.</summary>
    [Fact]
    public async Task Generate_EchoThatEndsAtOnce_TellsTheEndToken()
    {
        var request = Plans.Of(_law);
        var first = (await _served.ReadAsync(request)).SelectMany(c => c.Tokens).First();
        request.Echo = true;
        request.Sampling.StopTokenIds.Add(first.Id);

        var chunks = await _served.ReadAsync(request);

        var end = Assert.Single(chunks.SelectMany(c => c.Tokens));
        Assert.Equal((first.Id, first.Logprob, ""), (end.Id, end.Logprob, end.Text));
        Assert.Equal((FinishReason.Stop, 1), (chunks[^1].FinishReason, chunks[^1].Usage.CompletionTokens));
    }

    [Fact]
    public async Task Generate_EchoThatCannotBe_SaysWhy()
    {
        var one = Plans.Of(_law);
        (one.Echo, one.Sampling.MaxTokens, one.Prompt) = (true, 0, "W");
        var silent = Plans.Of(_law);
        silent.Sampling.MaxTokens = 0;

        Assert.Equal("max_tokens is 0, and the prompt has 1 token, which nothing is before: there is nothing to score", (await _served.RefusalAsync(one)).Detail);
        Assert.Equal("max_tokens is 0; it must be 1 or above", (await _served.RefusalAsync(silent)).Detail);
    }


    [Fact]
    public async Task Generate_NothingMayBeDrawn_IsTheCallersFault()
    {
        var request = Plans.Of(_law);
        request.Sampling.AllowedTokenIds.Add(7);
        request.Sampling.StopTokenIds.Add(7);
        request.Sampling.MinTokens = 1;

        Assert.Equal(new Status(StatusCode.InvalidArgument, "min_tokens leaves no token that may be drawn"), await _served.RefusalAsync(request));
    }

    [Fact]
    public async Task Tokenize_Prompt_AndBack()
    {
        var answer = await _served.Client.TokenizeAsync(new TokenizeRequest { Base = SmallModels.Base, Prompt = "<5>né", TokenStrings = true }, cancellationToken: _cancellation);

        Assert.Equal((4, 64, 5), (answer.Tokens.Count, answer.ContextLength, answer.Tokens[0]));
        Assert.Equal("<5>", answer.TokenStrings[0]);
        var back = await _served.Client.DetokenizeAsync(new DetokenizeRequest { Base = SmallModels.Base, Tokens = { answer.Tokens } }, cancellationToken: _cancellation);
        Assert.Equal("<5>né", back.Text);
    }

    [Theory]
    [InlineData(SmallModels.Base, 100_000, StatusCode.InvalidArgument, "tokens[0] is 100000; base small has tokens from 0 to ")]
    [InlineData("nobody", 7, StatusCode.Unavailable, "this host does not run base nobody; ask another")]
    public async Task Detokenize_WrongRequest_SaysWhy(string name, int token, StatusCode code, string message)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _served.Client.DetokenizeAsync(new DetokenizeRequest { Base = name, Tokens = { token } }, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal(code, error.StatusCode);
        Assert.StartsWith(message, error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_AnotherExpert_GivesAnotherText() =>
        Assert.NotEqual(await TextAsync(Plans.Of(_law)), await TextAsync(Plans.Of(_tax)));

    [Fact]
    public async Task Generate_TokenScope_TellsWhichExpertsGaveEachToken()
    {
        var chunks = await _served.ReadAsync(Plans.Of(MergeMode.Mix, MergeScope.Token, _law, _tax));

        Assert.All(chunks.SelectMany(c => c.Tokens), t => Assert.Equal(1, t.Experts.Sum(e => e.Weight), 4));
        Assert.All(chunks.SelectMany(c => c.Tokens), t => Assert.Equal(["law", "tax"], t.Experts.Select(e => e.Name).Order()));
    }

    [Fact]
    public async Task Generate_Resumed_GoesOnAndCountsAllOfTheAnswer()
    {
        var request = Plans.Of(_law);
        var whole = (await _served.ReadAsync(request)).SelectMany(c => c.Tokens).Select(t => t.Id).ToList();
        request.ResumeTokens.AddRange(whole[..2]);

        var chunks = await _served.ReadAsync(request);

        Assert.Equal(whole[2..], chunks.SelectMany(c => c.Tokens).Select(t => t.Id));
        Assert.Equal(5, chunks[^1].Usage.CompletionTokens);
    }

    [Fact]
    public async Task Generate_StopString_EndsThere()
    {
        string whole = await TextAsync(Plans.Of(_law));
        var request = Plans.Of(_law);
        request.Sampling.Stop.Add(whole[2..4]);

        var chunks = await _served.ReadAsync(request);

        Assert.Equal(whole[..2], string.Concat(chunks.Select(c => c.Text)));
        Assert.Equal(FinishReason.Stop, chunks[^1].FinishReason);
    }

    [Fact]
    public async Task Generate_WhileTheHostDrains_IsUnavailable()
    {
        _host.Drain.Begin();

        Assert.Equal(new Status(StatusCode.Unavailable, "host host-7 drains; ask another"), await _served.RefusalAsync(Plans.Of(_law)));
    }

    [Fact]
    public async Task Generate_ExpertThatCannotBeUsed_SaysWhichToRouters()
    {
        _host.Unusable.Add(_host.Catalogue.Current.FindExpert("law")!, "expert law can't be loaded: no");
        _host.Activations.Fail(_law, new IOException());

        var error = await Assert.ThrowsAsync<RpcException>(() => _served.ReadAsync(Plans.Of(_law)));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal((FailureReasons.ExpertUnusable, "law"), GrpcFailures.ReasonOf(error));
    }

    [Fact]
    public async Task Generate_WrongSamplingAndPrompt_IsRefusedAndLeavesNothingBehind()
    {
        var request = Plans.Of(_law);
        request.Sampling.Temperature = -1;
        Assert.Equal(StatusCode.InvalidArgument, (await _served.RefusalAsync(request)).StatusCode);

        request = Plans.Of(_law);
        request.Prompt = new string('x', 64);
        Assert.Equal(StatusCode.InvalidArgument, (await _served.RefusalAsync(request)).StatusCode);

        Assert.Equal(0, _law.Running);
    }

    /// <summary>An adapter of a training that diverged: finite weights, and products that are none.</summary>
    [Fact]
    public async Task Generate_NumbersOverflow_NamesTheExpertAndTheNextOneRuns()
    {
        _host.Runner.Overflows = true;
        var status = await _served.RefusalAsync(Plans.Of(_law));
        Assert.Equal((StatusCode.Internal, "no token could be drawn: the largest logit is NaN: the numbers of the adapter of law overflow with this prompt"), (status.StatusCode, status.Detail));
        _host.Runner.Overflows = false;
        Assert.NotEmpty(await _served.ReadAsync(Plans.Of(_tax)));
    }

    [Fact]
    public async Task Generate_StepFails_IsInternalAndTheNextOneRuns()
    {
        _host.Runner.Failure = new InvalidOperationException("broke");
        Assert.Equal(StatusCode.Internal, (await _served.RefusalAsync(Plans.Of(_law))).StatusCode);
        _host.Runner.Failure = null;

        Assert.Equal(5, (await TextAsync(Plans.Of(_law))).Length);
        Assert.Equal(0, _law.Running);
    }

    [Fact]
    public async Task Generate_CallerThatLeaves_GivesUpHisLease()
    {
        _host.Runner.Hold();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        using var call = _served.Client.Generate(Plans.Of(_law), cancellationToken: leaving.Token);
        var reading = call.ResponseStream.MoveNext(_cancellation);
        await _host.Runner.EnteredAsync();
        Assert.Equal(1, _law.Running);

        await leaving.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => reading);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await UntilAsync(() => _law.Running == 0);
    }

    [Fact]
    public async Task Generate_UnloadedOnTheWay_EndsInPeace()
    {
        _host.Runner.Hold();
        var reading = _served.ReadAsync(Plans.Of(_law));
        await _host.Runner.EnteredAsync();

        _host.Loader.Unload(_law);
        Assert.False(_law.TryEnter());
        _host.Runner.Release();

        Assert.Equal(5, (await reading).Sum(c => c.Tokens.Count));
    }

    public async ValueTask DisposeAsync()
    {
        _host.Runner.Release();
        await _served.DisposeAsync();
        await _host.DisposeAsync();
    }

    private async Task<string> TextAsync(GenerateRequest request) => string.Concat((await _served.ReadAsync(request)).Select(c => c.Text));

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
