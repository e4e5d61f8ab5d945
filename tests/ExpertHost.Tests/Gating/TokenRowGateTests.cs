using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Tests.Gating;

public sealed class TokenRowGateTests
{
    private static readonly EngineAdapter Law = new("law", "l");
    private static readonly EngineAdapter Tax = new("tax", "t");

    [Fact]
    public void Choose_One_TakesTheLikeliestOfThePlan() =>
        Assert.Equal([new WeightedAdapter(Tax, 1)], Choose(k: 1, [0.1f, 0.3f, 0.2f, 0.4f], (0, Law), (1, Tax), (2, null)));

    [Fact]
    public void Choose_Two_NormalisesTheirWeights()
    {
        var chosen = Choose(k: 2, [0.1f, 0.3f, 0.6f], (0, Law), (1, Tax), (2, null));

        Assert.Equal([null, Tax], chosen.Select(c => c.Adapter));
        Assert.Equal([2 / 3f, 1 / 3f], chosen.Select(c => c.Weight));
    }

    /// <summary>A request that the plan gives to one field gets another's tokens only where the token is clearly theirs.</summary>
    [Theory]
    [InlineData(0.99, 0.01, 0.4f, 0.6f, "law")]
    [InlineData(0.99, 0.01, 0.05f, 0.95f, "tax")]
    [InlineData(0.5, 0.4, 0.4f, 0.6f, "tax")]
    [InlineData(0, 0, 0.4f, 0.6f, "tax")]
    public void Choose_PlanPrefersAnExpert_TakesItUnlessTheTokenIsClearlyAnothers(double lawWeight, double taxWeight, float law, float tax, string expected)
    {
        var chosen = new WeightedAdapter[1];
        new TokenRowGate(new NoScorer(), [new(0, Law, lawWeight), new(1, Tax, taxWeight)], 1).Choose([law, tax], chosen);
        Assert.Equal(expected, chosen[0].Adapter!.Name);
    }

    /// <summary>Scores that flutter around equality change nothing; those that leave it do, and stay in their turn.</summary>
    [Fact]
    public void Choose_Hysteresis_ChangesOnlyWhereAnotherIsLikelierByTheMargin()
    {
        float[] law = [0.52f, 0.48f, 0.45f, 0.55f, 0.41f, 0.39f, 0.5f, 0.55f, 0.59f, 0.61f, 0.5f];
        string[] sticky = ["law", "law", "law", "law", "law", "tax", "tax", "tax", "tax", "law", "law"];
        string[] loose = ["law", "tax", "tax", "law", "tax", "tax", "law", "law", "law", "law", "law"];

        Assert.Equal(sticky, Names(0.2));
        Assert.Equal(loose, Names(0));

        string[] Names(double margin)
        {
            var gate = new TokenRowGate(new NoScorer(), [new(0, Law, 0.5), new(1, Tax, 0.5), new(2, null, 0)], 1, margin);
            Assert.Equal(margin > 0, gate.IsSticky);
            WeightedAdapter[]? before = null;
            List<string> names = [];
            foreach (float score in law)
            {
                var chosen = new WeightedAdapter[1];
                Assert.Equal(1, gate.IsSticky ? gate.Choose([score, 1 - score, 0], before, chosen) : gate.Choose([score, 1 - score, 0], chosen));
                names.Add(chosen[0].Adapter!.Name);
                before = chosen;
            }

            return [.. names];
        }
    }

    /// <summary>The base alone is one among them.</summary>
    [Fact]
    public void Choose_HysteresisOfTheBase_StaysToo()
    {
        var gate = new TokenRowGate(new NoScorer(), [new(0, Law, 0.5), new(2, null, 0.5)], 1, 0.5);
        var chosen = new WeightedAdapter[1];

        gate.Choose([0.6f, 0, 0.4f], [new WeightedAdapter(null, 1)], chosen);

        Assert.Null(chosen[0].Adapter);
    }

    /// <summary>Of a mix nobody is the one before.</summary>
    [Fact]
    public void Choose_HysteresisWithSeveral_IsNone() => Assert.False(new TokenRowGate(new NoScorer(), [new(0, Law, 0.5), new(1, Tax, 0.5)], 2, 0.5).IsSticky);

    [Fact]
    public void Identity_Hysteresis_IsAnotherChoice() => Assert.NotEqual(
        new TokenRowGate(new NoScorer(), [new(0, Law, 0.5)], 1, 0.5).Identity, new TokenRowGate(new NoScorer(), [new(0, Law, 0.5)], 1, 0.25).Identity);

    /// <summary>Else no two requests of a field would share a prompt.</summary>
    [Fact]
    public void Identity_WeightsAndOrderDifferALittle_IsTheSame()
    {
        string one = new TokenRowGate(new NoScorer(), [new(0, Law, 0.97), new(1, Tax, 0.012), new(2, null, 0.018)], 1).Identity;
        Assert.Equal(one, new TokenRowGate(new NoScorer(), [new(0, Law, 0.95), new(2, null, 0.02), new(1, Tax, 0.03)], 1).Identity);
        Assert.NotEqual(one, new TokenRowGate(new NoScorer(), [new(0, Law, 0.6), new(2, null, 0.02), new(1, Tax, 0.4)], 1).Identity);
    }

    [Fact]
    public void Choose_Tie_TakesTheEarlierClass() =>
        Assert.Equal(Law, Assert.Single(Choose(k: 1, [0.5f, 0.5f], (1, Tax), (0, Law))).Adapter);

    [Fact]
    public void Choose_MoreThanThereIsRoomFor_TakesWhatFits() => Assert.Single(Choose(k: 4, [0.5f, 0.5f], room: 1, (0, Law), (1, Tax)));

    [Fact]
    public void Adapters_Candidates_AreThoseOfThePlan() =>
        Assert.Equal([Law, Tax], Gate(1, (0, Law), (1, Tax), (2, null)).Adapters);

    [Fact]
    public void Identity_DiffersByContentClassAndCount_NotByHandle()
    {
        IRowGate[] gates = [Gate(1, (0, Law), (1, Tax)), Gate(2, (0, Law), (1, Tax)), Gate(1, (1, Law), (0, Tax)), Gate(1, (0, Law), (1, null))];

        Assert.Equal(gates.Length, gates.Select(g => g.Identity).Distinct().Count());
        Assert.Equal(gates[0].Identity, Gate(1, (0, new EngineAdapter("renamed", "l")), (1, Tax)).Identity);
    }

    /// <summary>As the engine sees it.</summary>
    private static IRowGate Gate(int k, params (int, EngineAdapter?)[] candidates) =>
        new TokenRowGate(new NoScorer(), candidates.Select(c => new TokenCandidate(c.Item1, c.Item2, 1)), k);

    private static WeightedAdapter[] Choose(int k, float[] scores, params (int, EngineAdapter?)[] candidates) => Choose(k, scores, 4, candidates);

    private static WeightedAdapter[] Choose(int k, float[] scores, int room, params (int, EngineAdapter?)[] candidates)
    {
        var chosen = new WeightedAdapter[room];
        return chosen[..Gate(k, candidates).Choose(scores, chosen)];
    }

    private sealed class NoScorer : IRowScorer
    {
        public int Window => 4;

        public int Classes => 4;

        public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores) => throw new InvalidOperationException("not asked");
    }
}
