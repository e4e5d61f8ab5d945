using ExpertCluster.Contracts;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Sampling;

public sealed class LogitsPipelineTests
{
    private static readonly float[] Row = [5, 4, 3, 2, 1];

    [Fact]
    public void Create_NoOrder_IsTheEnginesOwnOrderWithOthersBehind()
    {
        List<string> acted = [];
        var pipeline = LogitsPipeline.Create([new Noted("mine", acted), .. LogitsFilters.BuiltIn.Reverse()], []);

        // Top-k leaves two before the foreign one looks.
        pipeline.Apply(Candidates(), new SamplingOptions { Temperature = 1, TopK = 2 }, null, greedy: false);

        Assert.Equal(["mine of 2"], acted);
    }

    [Fact]
    public void Create_Order_NamesThoseThatActFirst()
    {
        List<string> acted = [];
        var pipeline = LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new Noted("a", acted), new Noted("b", acted)], ["b", "top_k"]);

        pipeline.Apply(Candidates(), new SamplingOptions { Temperature = 1, TopK = 2 }, null, greedy: false);

        Assert.Equal(["b of 5", "a of 2"], acted);
    }

    [Theory]
    [InlineData("top_q", "Filters is top_q; known are allowed_token_ids, bad_words, logit_bias, min_tokens, repetition_penalty, frequency_penalty, presence_penalty, temperature, top_k, top_p, min_p, ban")]
    [InlineData("ban,top_k,ban", "Filters names ban twice")]
    public void Create_OrderThatNamesNoFilterOrOneTwice_IsRefused(string order, string expected)
    {
        var error = Assert.Throws<SetupException>(() => LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter()], order.Split(',')));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NameThatAnotherHas_IsRefused() => Assert.Contains(
        "are called top_k",
        Assert.Throws<SetupException>(() => LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter("top_k")], [])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Check_ParameterThatNoFilterReads_NamesItAndThoseThatAreRead()
    {
        var options = new SamplingOptions { Extra = new Dictionary<string, double> { ["bann"] = 1 } };

        Assert.Equal("extra has 'bann'; no filter here reads any", Assert.Single(LogitsPipeline.BuiltIn.Check(options)));
        Assert.Equal("extra has 'bann'; filters here read ban_below", Assert.Single(LogitsPipeline.Create([new BanFilter()], []).Check(options)));
    }

    [Theory]
    [InlineData(0f, 3)]
    [InlineData(0.01f, 3)]
    public void Sample_FilterOfOnesOwn_ActsBeforeGreedyAndBeforeTheDraw(float temperature, int expected)
    {
        var sampler = new Sampler(5, LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter()], []));

        Assert.Equal(expected, sampler.Sample(Row, new SamplingOptions { Temperature = temperature, Extra = BanFilter.Of(3) }, null, 7).Token);
        Assert.Equal(0, sampler.Sample(Row, new SamplingOptions { Temperature = temperature }, null, 7).Token);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Sample_FilterThatLeavesNothing_IsNamed(float temperature)
    {
        var sampler = new Sampler(5, LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter()], []));

        var error = Assert.Throws<ArithmeticException>(
            () => sampler.Sample(Row, new SamplingOptions { Temperature = temperature, Extra = BanFilter.Of(5) }, null, 0));

        Assert.Contains("filter ban left no candidate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_PenaltyBehindAFilterThatDropped_FindsItsTokens()
    {
        var pipeline = LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter()], ["ban"]);
        var candidates = Candidates();
        var seen = new SeenTokens(5);
        seen.Add(0);
        seen.Add(4);

        pipeline.Apply(candidates, new SamplingOptions { RepetitionPenalty = 2, Extra = BanFilter.Of(2) }, seen, greedy: true);

        Assert.Equal([2, 3, 4], candidates.Ids.ToArray());
        Assert.Equal([3, 2, 0.5f], candidates.Logits.ToArray());
    }

    [Fact]
    public void ReadsSeen_IsAskedOfWhatAppliesAlone()
    {
        var pipeline = LogitsPipeline.Create([.. LogitsFilters.BuiltIn, new BanFilter(readsSeen: true)], []);

        Assert.False(pipeline.ReadsSeen(new SamplingOptions()));
        Assert.True(pipeline.ReadsSeen(new SamplingOptions { RepetitionPenalty = 1.1f }));
        Assert.True(pipeline.ReadsSeen(new SamplingOptions { Extra = BanFilter.Of(1) }));
    }

    private static CandidateSet Candidates()
    {
        var candidates = new CandidateSet(Row.Length);
        candidates.Load(Row);
        return candidates;
    }

    /// <summary>Notes how many candidates it sees.</summary>
    private sealed class Noted(string name, List<string> acted) : ILogitsFilter
    {
        public string Name => name;

        public bool Applies(SamplingOptions options) => true;

        public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen) => acted.Add($"{name} of {candidates.Count}");
    }
}
