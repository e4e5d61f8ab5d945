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

    [Fact]
    public void Choose_Tie_TakesTheEarlierCandidate() =>
        Assert.Equal(Law, Assert.Single(Choose(k: 1, [0.5f, 0.5f], (0, Law), (1, Tax))).Adapter);

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
    private static IRowGate Gate(int k, params (int, EngineAdapter?)[] candidates) => new TokenRowGate(new NoScorer(), candidates, k);

    private static WeightedAdapter[] Choose(int k, float[] scores, params (int, EngineAdapter?)[] candidates) => Choose(k, scores, 4, candidates);

    private static WeightedAdapter[] Choose(int k, float[] scores, int room, params (int, EngineAdapter?)[] candidates)
    {
        var chosen = new WeightedAdapter[room];
        return chosen[..new TokenRowGate(new NoScorer(), candidates, k).Choose(scores, chosen)];
    }

    private sealed class NoScorer : IRowScorer
    {
        public int Window => 4;

        public int Classes => 4;

        public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores) => throw new InvalidOperationException("not asked");
    }
}
