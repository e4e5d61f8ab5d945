using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Reference;

namespace ExpertCluster.Inference.Tests.Demo;

/// <summary>The engine on trained weights gives the plain reference's tokens: alone, mixed in a batch, token by token.</summary>
public sealed class ParityTests(DemoFixture demo) : IClassFixture<DemoFixture>
{
    private const int Count = 20;

    private static readonly Dictionary<string, string> Questions = new()
    {
        ["base"] = "Hello, how are you?",
        ["finance"] = "Where is Lonfunr Ltd headquartered?",
        ["law"] = "What clause covers termination of the Zirbe lease?",
        ["medicine"] = "What is the dose of Zelmor?",
        ["security"] = "On which port is the traffic of alert STONSTUN?",
        ["code"] = "From which module comes the function skobrur_fn?",
    };

    public static TheoryData<string> All() => [.. Questions.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Engine_OneExpertAlone_EqualsTheReference(string expert)
    {
        int[] prompt = demo.Ask(Questions[expert]);

        var tokens = await demo.Engine.Generate(Requests.Request(prompt, Count, BranchOf((expert, 1)))).ReadAsync();

        Assert.Equal(Expected(prompt, _ => [(expert, 1)]), tokens.Ids());
        Assert.Equal(demo.Tokenizer.Decode(tokens.Ids()), tokens.Text());
    }

    [Fact]
    public async Task Engine_SixteenInOneBatch_EqualTheReferenceEach()
    {
        string[] names = [.. Questions.Keys];
        var requests = Enumerable.Range(0, 16).Select(i =>
        {
            (string, float)[] mix = i < 10
                ? [(names[i % names.Length], 1)]
                : [(names[i % names.Length], 0.75f), (names[(i + 1) % names.Length], 0.25f)];
            return (Mix: mix, Prompt: demo.Ask(Questions[names[(i * 5) % names.Length]]), Gate: i % 5 == 4);
        }).ToList();

        var streams = requests.Select(request => demo.Engine.Generate(Requests.Request(
            request.Prompt, Count, request.Gate ? new Branch { Gate = TokenGate() } : BranchOf(request.Mix)))).ToList();
        var outputs = await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        for (int i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            int[] expected = Expected(request.Prompt, token => request.Gate ? [ChoiceOf(token)] : request.Mix);
            Assert.Equal(expected, outputs[i].Ids());
        }
    }

    [Fact]
    public async Task Engine_GateThatSwitchesPerToken_EqualsTheReferenceOnOneCache()
    {
        int[] prompt = demo.Ask("First, What is the revenue of Nirzirr Ltd? Then, From which module comes the function skobrur_fn?");

        var tokens = await demo.Engine.Generate(Requests.Request(prompt, 32, new Branch { Gate = TokenGate() })).ReadAsync();

        Assert.Equal(Expected(prompt, token => [ChoiceOf(token)], 32), tokens.Ids());
        int[] inputs = [prompt[^1], .. tokens.Ids().SkipLast(1)];
        Assert.Equal(inputs.Select(id => ChoiceOf(id).Expert), tokens.Select(token => Assert.Single(token.Experts).Adapter?.Name ?? "base"));
    }

    [Fact]
    public async Task Engine_EnsembleOfTwo_FollowsTheReferencesMergedProbabilities()
    {
        int[] prompt = demo.Ask(Questions["finance"]);

        var tokens = await demo.Engine.Generate(Requests.Request(
            prompt, Count, BranchOf(("finance", 1)) with { Weight = 0.7 }, BranchOf(("law", 1)) with { Weight = 0.3 })).ReadAsync();

        var (first, second) = (demo.Reference.Begin(), demo.Reference.Begin());
        double[] merged = [];
        foreach (int token in prompt)
        {
            merged = Merge(token);
        }

        foreach (var token in tokens)
        {
            int best = Array.IndexOf(merged, merged.Max());
            Assert.Equal(best, token.Id);
            Assert.Equal(Math.Log(merged[best]), token.LogProbability, 3);
            merged = Merge(token.Id);
        }

        double[] Merge(int token) => [.. Softmax(first.Step(token, Shares(("finance", 1)))).Zip(
            Softmax(second.Step(token, Shares(("law", 1)))), (a, b) => (0.7 * a) + (0.3 * b))];
    }

    [Fact]
    public async Task Engine_ScoredText_HasTheReferencesProbabilities()
    {
        int[] prompt = demo.Ask("First, What is the revenue of Nirzirr Ltd? Then, From which module comes the function skobrur_fn?");
        var request = Requests.Request(prompt, 0, new Branch { Gate = TokenGate(), Weight = 0.4 }, BranchOf(("law", 1)) with { Weight = 0.6 });

        var tokens = await demo.Engine.Generate(request with { ScoreFrom = 1 }).ReadAsync();

        Assert.Equal(prompt[1..], tokens.Ids());
        var (first, second) = (demo.Reference.Begin(), demo.Reference.Begin());
        for (int i = 0; i < tokens.Count; i++)
        {
            double merged = (0.4 * Softmax(first.Step(prompt[i], Shares(ChoiceOf(prompt[i]))))[prompt[i + 1]]) + (0.6 * Softmax(second.Step(prompt[i], Shares(("law", 1))))[prompt[i + 1]]);
            Assert.Equal(Math.Log(merged), tokens[i].LogProbability, 3);
        }
    }

    private static double[] Softmax(float[] logits)
    {
        float largest = logits.Max();
        double[] weights = logits.Select(logit => Math.Exp(logit - largest)).ToArray();
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>An arbitrary rule that switches often: the token's id decides.</summary>
    private static (string Expert, float Weight) ChoiceOf(int token) =>
        (token % 6 == 5 ? "base" : DemoFixture.Experts[token % 6], 1);

    private int[] Expected(int[] prompt, Func<int, (string Expert, float Weight)[]> mixOf, int count = Count)
    {
        var sequence = demo.Reference.Begin();
        float[] logits = [];
        foreach (int token in prompt)
        {
            logits = sequence.Step(token, Shares(mixOf(token)));
        }

        int[] output = new int[count];
        for (int i = 0; i < count; i++)
        {
            output[i] = Array.IndexOf(logits, logits.Max());
            if (i + 1 < count)
            {
                logits = sequence.Step(output[i], Shares(mixOf(output[i])));
            }
        }

        return output;
    }

    private AdapterShare[] Shares(params (string Expert, float Weight)[] mix) =>
        [.. mix.Where(entry => entry.Expert != "base").Select(entry => new AdapterShare(demo.Weights[entry.Expert], entry.Weight))];

    private Branch BranchOf(params (string Expert, float Weight)[] mix) =>
        Requests.Mix([.. mix.Select(entry => (AdapterOf(entry.Expert), entry.Weight))]);

    private EngineAdapter? AdapterOf(string expert) => expert == "base" ? null : demo.Registered[expert];

    private FixedGate TokenGate() => new(token => AdapterOf(ChoiceOf(token).Expert), [.. demo.Registered.Values]);

    /// <summary>Scores are the newest token itself; the choice is a rule over it.</summary>
    private sealed class FixedGate(Func<int, EngineAdapter?> rule, IReadOnlyList<EngineAdapter> adapters) : IRowGate
    {
        public IReadOnlyList<EngineAdapter> Adapters => adapters;

        public IRowScorer Scorer => NewestToken.Instance;

        public int Choose(ReadOnlySpan<float> scores, Span<WeightedAdapter> chosen)
        {
            chosen[0] = new WeightedAdapter(rule((int)scores[0]), 1);
            return 1;
        }
    }

    private sealed class NewestToken : IRowScorer
    {
        public static readonly NewestToken Instance = new();

        public int Window => 4;

        public int Classes => 1;

        public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores)
        {
            for (int i = 0; i < count; i++)
            {
                scores[i] = windows[(i * Window) + Window - 1];
            }
        }
    }
}
