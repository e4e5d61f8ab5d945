using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Vocabularies;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>An answer is what its grammar allows, alone and in an ensemble, drawn or not, with guesses and behind a seam.</summary>
public sealed class GrammarTests
{
    private const string Expression = "(abc|b+d){2,4}z";
    private const int End = 25;

    /// <summary>As <see cref="LetterText"/>: a letter a token, and some that are none.</summary>
    private static readonly TokenVocabulary Vocabulary = new([.. Enumerable.Range(0, 32).Select(token => token < 26 ? new[] { (byte)('a' + token) } : null)]);

    public static TheoryData<bool, bool> Kinds => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_WithAGrammar_GivesAWholeTextAndEnds(bool drawn, bool ensemble)
    {
        await using var engine = Start(new HashRunner());
        HashSet<string> texts = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            var answer = await engine.Generate(await AskAsync(engine, drawn, ensemble, seed)).ReadAsync();

            // Without an end token: nothing can follow a z.
            Assert.Equal(FinishReason.Stop, answer[^1].Finish);
            Assert.Equal("z", answer[^1].Text);
            Assert.Matches($"^{Expression}$", answer.Text());
            texts.Add(answer.Text());
        }

        Assert.Equal(drawn, texts.Count > 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_BehindAnyToken_GivesTheRestOfTheText(bool drawn, bool ensemble)
    {
        await using var engine = Start(new HashRunner());
        var request = await AskAsync(engine, drawn, ensemble, seed: 5);
        var whole = await engine.Generate(request).ReadAsync();

        foreach (int cut in Enumerable.Range(1, whole.Count - 1))
        {
            Assert.Equal(whole.Ids()[cut..], (await engine.Generate(request with { Resume = whole.Ids()[..cut] }).ReadAsync()).Ids());
        }

        // Its host was lost when it had given all but the end.
        var end = Assert.Single(await engine.Generate(request with { Resume = whole.Ids() }).ReadAsync());
        Assert.Equal((-1, "", FinishReason.Stop), (end.Id, end.Text, end.Finish));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_WithGuesses_GivesTheSame(bool drawn, bool ensemble)
    {
        await using var plain = Start(new HashRunner());
        await using var guessing = Start(new HashRunner(), Options with { DraftRows = 6 });

        Assert.Equal(await RunAsync(plain), await RunAsync(guessing));
        Assert.True(guessing.Status.AcceptedDraftTokens > 0);

        async Task<int[]> RunAsync(TestEngine engine)
        {
            var request = await AskAsync(engine, drawn, ensemble, seed: 1);
            return (await engine.Generate(request with { Prompt = [0, 1, 2, 0, 1, 2, 0, 1, 2], Grammar = Compile("(abc){9}") }).ReadAsync()).Ids();
        }
    }

    [Fact]
    public async Task Generate_EndToken_StandsWhereTheTextIsWholeAndNowhereElse()
    {
        await using var engine = Start(new HashRunner());
        for (ulong seed = 0; seed < 20; seed++)
        {
            var request = await AskAsync(engine, drawn: true, ensemble: false, seed);
            var answer = await engine.Generate(request with { Grammar = Compile("(ab)+z?"), EndTokens = new HashSet<int> { End }, MaxTokens = 40 }).ReadAsync();

            // The end token's own letter is no part of any text.
            Assert.Equal(FinishReason.Stop, answer[^1].Finish);
            Assert.Matches("^(ab)+$", answer.Text());
        }
    }

    [Fact]
    public async Task Generate_CutByItsLength_SaysSo()
    {
        await using var engine = Start(new HashRunner());

        var answer = await engine.Generate(Request([1, 2], 5) with { Grammar = Compile("(ab){30}") }).ReadAsync();

        Assert.Equal(("ababa", FinishReason.Length), (answer.Text(), answer[^1].Finish));
    }

    [Fact]
    public async Task Generate_TextThatTheVocabularyCannotSpell_FailsAlone()
    {
        await using var engine = Start(new HashRunner());
        var other = engine.Generate(Request([1, 2], 30));

        var error = await Assert.ThrowsAsync<InvalidGenerationException>(() => engine.Generate(Request([1, 2], 9) with { Grammar = Compile("ab[A-Z]") }).ReadAsync());

        Assert.Equal("structured_output leaves no token of this base's vocabulary that leads on", error.Message);
        Assert.Equal(30, (await other.ReadAsync()).Count);
    }

    [Fact]
    public async Task Generate_OtherMasks_LeaveWhatTheGrammarAllows()
    {
        await using var engine = Start(new HashRunner());
        var request = Request([1, 2], 9) with { Grammar = Compile("[a-f]{5}"), Sampling = new SamplingOptions { Temperature = 1, AllowedTokens = [1, 2, 9], LogitBias = [new(9, 100)] } };

        Assert.Matches("^[bc]{5}$", (await engine.Generate(request).ReadAsync()).Text());
        await Assert.ThrowsAsync<InvalidGenerationException>(() => engine.Generate(request with { Sampling = new SamplingOptions { AllowedTokens = [9] } }).ReadAsync());
    }

    [Fact]
    public async Task Generate_GrammarOfAnotherVocabulary_IsRefused()
    {
        await using var engine = Start(new HashRunner());
        GrammarBudget budget = new(CancellationToken.None);
        var other = CompiledGrammar.Compile(GrammarSources.Regex("a", budget), new TokenVocabulary([[97]]), budget);

        Assert.Throws<ArgumentException>(() => engine.Generate(Request([1], 3) with { Grammar = other }));
        Assert.Throws<InvalidGenerationException>(() => engine.Generate(Request([1], 3) with { Grammar = Compile("ab"), Resume = [1] }));
    }

    private static async Task<GenerationRequest> AskAsync(TestEngine engine, bool drawn, bool ensemble, ulong seed)
    {
        var branches = ensemble
            ? new[] { Mix((await engine.Adapters.RegisterAsync("a", Weights("a")), 1)), Mix((await engine.Adapters.RegisterAsync("b", Weights("b")), 1)) }
            : [];
        return Request([1, 2, 3], 40, branches) with { Grammar = Compile(Expression), Sampling = new SamplingOptions { Temperature = drawn ? 1.5f : 0, Seed = seed } };
    }

    private static CompiledGrammar Compile(string expression)
    {
        GrammarBudget budget = new(CancellationToken.None);
        return CompiledGrammar.Compile(GrammarSources.Regex(expression, budget), Vocabulary, budget);
    }
}
