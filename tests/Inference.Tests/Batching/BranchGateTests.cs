using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Tests.Merging;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

/// <summary>Ensembles whose branches are weighed token by token.</summary>
public sealed class BranchGateTests
{
    private static readonly int[] Prompt = [4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact]
    public async Task Generate_Weighed_EachTokenIsTheMeanByTheWeightsOfItsPlace()
    {
        float[][] table = [[1, 3], [6, 2], [0, 5]];
        await using var engine = Start(new HashRunner());
        var (law, tax) = await ExpertsAsync(engine);
        var request = Request(Prompt, 12, law, tax) with { BranchGate = new ClassWeights(new ModuloScorer(2, 3), table) };

        var tokens = await engine.Generate(request).ReadAsync();

        int newest = Prompt[^1];
        for (int i = 0; i < tokens.Count; i++)
        {
            // The same place, by an ensemble whose weights are fixed: a branch of no weight is none.
            float[] weights = table[newest % 3];
            int[] before = tokens.Ids()[..i];
            Branch[] branches = weights[0] > 0 ? [law with { Weight = weights[0] }, tax with { Weight = weights[1] }] : [tax];
            var expected = (await engine.Generate(Request([.. Prompt, .. before], 1, branches)).ReadAsync())[0];
            Assert.Equal(expected.Id, tokens[i].Id);
            Assert.Equal(expected.LogProbability, tokens[i].LogProbability, 5);
            Assert.Equal(expected.Experts, tokens[i].Experts);
            newest = tokens[i].Id;
        }

        Assert.True(tokens.Ids().Select(id => id % 3).Distinct().Count() == 3, "every class must occur for this to mean anything");
    }

    [Fact]
    public async Task Generate_Weighed_OnlyRowsThatGiveATokenAreScored()
    {
        var scorer = new ModuloScorer(2, 1);
        await using var engine = Start(new HashRunner());
        var (law, tax) = await ExpertsAsync(engine);

        var tokens = await engine.Generate(Request(Prompt, 2, law, tax) with { BranchGate = new ClassWeights(scorer, [1, 1]) }).ReadAsync();

        Assert.Equal(["11,12", $"12,{tokens[0].Id}"], scorer.Windows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Generate_WeighedResumedScoredOrGuessed_GivesTheSame(int draftRows)
    {
        await using var engine = Start(new HashRunner(vocabulary: 4), Options with { DraftRows = draftRows });
        var (law, tax) = await ExpertsAsync(engine);
        var request = Request([1, 2, 3], 30, law, tax) with { BranchGate = new ClassWeights(new ModuloScorer(2, 2), [1, 3], [5, 1]), Sampling = new SamplingOptions { TopLogProbabilities = 1 } };
        var whole = await engine.Generate(request).ReadAsync();

        var rest = await engine.Generate(request with { Resume = whole.Ids()[..11] }).ReadAsync();
        var scored = await engine.Generate(request with { Prompt = [1, 2, 3, .. whole.Ids()], ScoreFrom = 3, MaxTokens = 0 }).ReadAsync();

        Assert.Equal(whole.Skip(11).Select(t => (t.Id, t.LogProbability)), rest.Select(t => (t.Id, t.LogProbability)));
        Assert.Equal(whole.Select(t => (t.Id, t.LogProbability)), scored.Select(t => (t.Id, t.LogProbability)));
        Assert.Equal(whole.SelectMany(t => t.Experts), scored.SelectMany(t => t.Experts));
    }

    [Fact]
    public async Task Generate_WeighedBesideAMember_SharesWhatTheMemberLeaves()
    {
        await using var one = Start(new HashRunner());
        await using var other = Start(new HashRunner());
        var (law, tax) = await ExpertsAsync(one);
        var request = Request(Prompt, 5, law, tax) with
        {
            BranchGate = new ClassWeights(new ModuloScorer(1, 1), [3, 1]),
            Members = [new(new LinkedMember(other, Request(Prompt, 5)), 2)],
        };

        var tokens = await one.Generate(request).ReadAsync();

        Assert.All(tokens, token => Assert.Equal([0.375f, 0.125f], token.Experts.Select(e => e.Weight)));
        Assert.All(tokens, token => Assert.Equal([0.5f], token.MemberShares));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    public async Task Generate_WeightsThatAreNone_FailTheSequenceAlone(float first, float second)
    {
        await using var engine = Start(new HashRunner());
        var (law, tax) = await ExpertsAsync(engine);

        var error = await Assert.ThrowsAsync<GateFailedException>(() =>
            engine.Generate(Request(Prompt, 3, law, tax) with { BranchGate = new ClassWeights(new ModuloScorer(1, 1), [first, second]) }).ReadAsync());

        Assert.Equal("the branch gate's weights must be finite, not negative, and not all 0", error.Message);
        Assert.Equal(3, (await engine.Generate(Request(Prompt, 3)).ReadAsync()).Count);
    }

    private static async Task<(Branch Law, Branch Tax)> ExpertsAsync(TestEngine engine) =>
        (Mix((await engine.Adapters.RegisterAsync("law", Weights("law")), 1)), Mix((await engine.Adapters.RegisterAsync("tax", Weights("tax")), 1)));
}
