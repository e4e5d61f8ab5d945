using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Merging.Cascades;

/// <summary>A cascade of small, at cost 1, and big, at cost 10, whose answers a test writes.</summary>
public sealed class CascadeBackendTests
{
    private const string Small = "small";
    private const string Big = "big";

    /// <summary>Three tokens that are not sure at all are too much.</summary>
    private static readonly CascadeOptions Curve = new() { Intercept = -4, Slope = 8 };

    private readonly ScriptedBackend _experts = new();
    private readonly Dictionary<string, IReadOnlyList<CompletionChunk>> _answers = new()
    {
        [Big] = Answer(Big, sure: true, "The", " truth"),
    };

    [Fact]
    public async Task SureDraft_IsTheAnswer_AndNobodyElseIsAsked()
    {
        _answers[Small] = Answer(Small, sure: true, "It", " is", " so");

        var (text, plan, usage) = await RunAsync();

        Assert.Equal("It is so", text);
        Assert.Equal([Small], Asked());
        Assert.InRange(plan.Doubt!.Value, 0, 0.1);
        Assert.Contains("small's answer was kept", plan.Notes.Single().Text, StringComparison.Ordinal);
        Assert.Equal([new ExpertUsage(Small, 5, 3, 8)], usage.Experts);
    }

    [Fact]
    public async Task DoubtedDraft_IsLeft_AndSaysWhatItCost()
    {
        _answers[Small] = Answer(Small, sure: false, "Is", " it", " so", " or", " so", "?");

        var (text, plan, usage) = await RunAsync();

        Assert.Equal("The truth", text);
        Assert.Equal([Small, Big], Asked());
        Assert.InRange(plan.Doubt!.Value, 0.5, 1);
        Assert.Contains("small's answer was left", plan.Notes.Single().Text, StringComparison.Ordinal);
        Assert.Equal(2, usage.CompletionTokens);
        Assert.Equal([new ExpertUsage(Big, 5, 2, 70), new ExpertUsage(Small, 0, 3, 3)], usage.Experts);
    }

    [Fact]
    public async Task Draft_IsReadNoFurtherThanItIsTooMuch()
    {
        _answers[Small] = Answer(Small, sure: false, [.. Enumerable.Repeat(" or", 50)]);

        var (_, _, usage) = await RunAsync();

        Assert.Equal(3, usage.Experts.Single(e => e.Name == Small).CompletionTokens);
    }

    [Theory]
    [InlineData("demo", "demo", true)]
    [InlineData("demo", "other", true)]
    [InlineData("demo", "foreign", false)]
    public async Task Draft_IsAGuess_WhereTheVocabularyIsOne(string small, string big, bool isGuess)
    {
        _answers[Small] = Answer(Small, sure: false, "Is", " it", " so", "?");

        await RunAsync(smallBase: small, bigBase: big);

        Assert.Equal(isGuess ? [0, 1, 2] : [], _experts.Calls[1].Guess);
        Assert.Empty(_experts.Calls[0].Guess);
    }

    [Fact]
    public async Task NothingKnownOfADraft_MeansDoubt()
    {
        _answers[Small] = [.. Answer(Small, sure: true, "It", " is").Select(c => c with { Tokens = [.. c.Tokens.Select(t => t with { Detail = null })] })];

        var (text, plan, _) = await RunAsync();

        Assert.Equal(("The truth", null), (text, plan.Doubt));
        Assert.Contains("nothing is known", plan.Notes.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasToldForTheDoubtsSake_IsNotTheCallers()
    {
        _answers[Small] = Answer(Small, sure: true, "It");

        var chunks = await ChunksAsync(Curve, Sampling.Default with { Seed = 1 });
        Assert.Null(chunks[0].Tokens[0].Detail);
        Assert.Equal(2, _experts.Calls[0].Request.Sampling.TopLogprobs);

        chunks = await ChunksAsync(Curve, Sampling.Default with { Seed = 1, TopLogprobs = 1 });
        Assert.Single(chunks[0].Tokens[0].Detail!.Top);
    }

    [Fact]
    public async Task ExpertThatCannotAnswer_IsPassedOver()
    {
        _experts.Refuse = call => call.Plan.Experts[0].Name == Small ? new RequestFailedException(FailureKind.Unavailable, "small is away") : null;

        var (text, plan, _) = await RunAsync();

        Assert.Equal("The truth", text);
        Assert.Equal("small was passed over: small is away", plan.Notes.Single().Text);
    }

    [Fact]
    public async Task NobodyBehindADoubtedDraft_MakesItTheAnswerAfterAll()
    {
        _answers[Small] = Answer(Small, sure: false, "Is", " it", "?");
        _experts.Refuse = call => call.Plan.Experts[0].Name == Big ? new RequestFailedException(FailureKind.Unavailable, "big is away") : null;

        var (text, plan, _) = await RunAsync();

        Assert.Equal("Is it?", text);
        Assert.Equal("small's answer was taken after all: big is away", plan.Notes[^1].Text);
    }

    [Fact]
    public async Task NobodyAtAll_IsAFailure()
    {
        _experts.Refuse = _ => new RequestFailedException(FailureKind.Unavailable, "away");

        Assert.Equal("away", (await Assert.ThrowsAsync<RequestFailedException>(() => RunAsync())).Message);
    }

    [Theory]
    [InlineData(0, Big)]
    [InlineData(1, Small)]
    public async Task TheOption_SaysHowMuchDoubtIsTooMuch(double doubt, string expected)
    {
        _answers[Small] = Answer(Small, sure: doubt == 0, "Is", " it", "?");

        await RunAsync(Curve with { Doubt = doubt });

        Assert.Equal(expected, Asked()[^1]);
    }

    [Theory]
    [InlineData(3, Small)]
    [InlineData(1, Big)]
    public async Task Consistency_AsksThreeTimesMore_AndHoldsTheDraftAgainstThem(int same, string expected)
    {
        int drawn = 0;
        _experts.AnswerTo = call => call.Plan.Experts[0].Name == Big ? _answers[Big]
            : call.Request.Sampling.Temperature is null ? Answer(Small, sure: true, "Yes", ", it is")
            : Answer(Small, sure: true, Interlocked.Increment(ref drawn) <= same ? "yes,  IT is" : FormattableString.Invariant($"no {drawn}"));

        var chunks = await ChunksAsync(Curve with { Signal = DoubtSignals.Consistency }, Sampling.Default with { Seed = 9 }, scripted: true);

        Assert.Equal(expected, Asked()[^1]);
        Assert.Equal(4, _experts.Calls.Count(c => c.Plan.Experts[0].Name == Small));
        Assert.Equal(4, _experts.Calls.Where(c => c.Plan.Experts[0].Name == Small).Select(c => c.Request.Sampling.Seed).Distinct().Count());
        Assert.NotEmpty(chunks);
    }

    private string[] Asked() => [.. _experts.Calls.Select(c => c.Plan.Experts[0].Name)];

    private async Task<(string Text, Plan Plan, Usage Usage)> RunAsync(CascadeOptions? options = null, string smallBase = "demo", string bigBase = "demo")
    {
        using var stream = await OpenAsync(options ?? Curve, Sampling.Default with { Seed = 1 }, smallBase, bigBase);
        var told = stream.Told(PlanOf(smallBase, bigBase));
        string text = "";
        Usage usage;
        do
        {
            text += stream.Current.Text;
            usage = stream.Current.Usage ?? Usage.None;
        }
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken));
        return (text, told, usage);
    }

    private async Task<List<CompletionChunk>> ChunksAsync(CascadeOptions options, Sampling sampling, bool scripted = false)
    {
        using var stream = await OpenAsync(options, sampling, "demo", "demo", scripted);
        List<CompletionChunk> chunks = [stream.Current];
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            chunks.Add(stream.Current);
        }

        return chunks;
    }

    private Task<IAnswerStream> OpenAsync(CascadeOptions options, Sampling sampling, string smallBase, string bigBase, bool scripted = false)
    {
        if (!scripted)
        {
            _experts.AnswerTo = call => _answers[call.Plan.Experts[0].Name];
        }

        var cascade = new CascadeBackend(new BackendSet(() => [_experts]), options);
        var call = new BackendCall(new CompletionRequest { Prompt = "a", Sampling = sampling }, PlanOf(smallBase, bigBase), DateTime.MaxValue);
        return cascade.OpenAsync(call, TestContext.Current.CancellationToken);
    }

    private static Plan PlanOf(string smallBase, string bigBase)
    {
        Candidate[] stages =
        [
            new(new RoutableExpert(Small, smallBase, false) { Cost = 1, Vocabulary = "v" }, 0.5),
            new(new RoutableExpert(Big, bigBase, false) { Cost = 10, Vocabulary = bigBase == "foreign" ? "w" : "v" }, 0.5),
        ];
        return PartialPlans.Of(CascadePolicy.Cascade, stages, [.. stages.Select(PartialPlans.Part)]);
    }

    private static List<CompletionChunk> Answer(string expert, bool sure, params string[] tokens)
    {
        float[] top = sure ? [-0.001f, -7f] : [-0.7f, -0.71f];
        List<CompletionChunk> chunks =
        [
            .. tokens.Select((text, i) => new CompletionChunk
            {
                Text = text,
                Tokens = [new Token(i, text, top[0], [new WeightedExpert(expert, 1)]) { Detail = new TokenDetail(default, [.. top.Select(p => new LikelyToken(i, p, default))]) }],
            }),
        ];
        chunks[^1] = chunks[^1] with { Finish = FinishReason.Stop, Usage = new Usage(5, tokens.Length, 0) };
        return chunks;
    }
}
