using ExpertCluster.Inference.Merging;

namespace ExpertCluster.Inference.Tests.Merging;

public sealed class TokenDistributionTests
{
    [Fact]
    public void Of_MoreThanThereAre_HasAllOfThem()
    {
        var all = TokenDistribution.Of(3, [1, 2, 0], 8);

        Assert.Equal(3, all.Place);
        Assert.Equal([0, 1, 2], all.Tokens.ToArray());
        Assert.Equal(1, all.LogProbabilities.ToArray().Sum(l => Math.Exp(l)), 6);
        Assert.Equal(Math.Log(Math.Exp(2) / (Math.E + Math.Exp(2) + 1)), all.LogProbabilities[1], 5);
        Assert.Equal(0, all.Tail, 6);
    }

    [Fact]
    public void Of_Fewer_HasTheLikeliestAndTheRestAsItsTail()
    {
        var some = TokenDistribution.Of(0, [1, 3, 2, 3, 0, 2], 3);

        // Of the two that are equal at the edge, the lowest.
        Assert.Equal([1, 2, 3], some.Tokens.ToArray());
        Assert.Equal(1, some.Tail + some.LogProbabilities.ToArray().Sum(l => Math.Exp(l)), 5);
    }

    [Fact]
    public void Of_WhatRoundingLoses_IsLeftOut()
    {
        var sharp = TokenDistribution.Of(0, [0, -25, -3, float.NegativeInfinity, -19], 1024);

        Assert.Equal([0, 2, 4], sharp.Tokens.ToArray());
        Assert.InRange(sharp.Tail, 0, 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_NoNumber_Throws(float logit) => Assert.Throws<ArithmeticException>(() => TokenDistribution.Of(0, [0, logit], 2));

    [Fact]
    public void Read_WhatOfGave_IsTheSame()
    {
        var given = TokenDistribution.Of(7, [.. Enumerable.Range(0, 500).Select(i => MathF.Sin(i) * 8)], 100);

        var read = TokenDistribution.Read(given.Place, given.Tokens.ToArray(), given.LogProbabilities.ToArray(), given.Tail, 500)!;

        Assert.Equal(given.Tokens, read.Tokens);
        Assert.Equal((given.Place, given.Tail), (read.Place, read.Tail));
    }

    public static TheoryData<int, int[], float[], float> Wrong { get; } = new()
    {
        { -1, [0], [0], 0 },
        { 0, [], [], 1 },
        { 0, [0, 1], [0], 0 },
        { 0, [1, 0], [-1, -0.46f], 0 },
        { 0, [1, 1], [-0.6931472f, -0.6931472f], 0 },
        { 0, [4], [0], 0 },
        { 0, [-1], [0], 0 },
        { 0, [0], [0.5f], 0 },
        { 0, [0], [float.NaN], 0 },
        { 0, [0], [-1], 0 },
        { 0, [0], [0], 0.5f },
        { 0, [0], [-1], float.NaN },
        { 0, [0], [0], -0.1f },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WhatIsNoDistribution_IsNone(int place, int[] tokens, float[] logProbabilities, float tail) =>
        Assert.Null(TokenDistribution.Read(place, tokens, logProbabilities, tail, 4));
}
