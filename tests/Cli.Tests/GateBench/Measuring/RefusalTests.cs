using ExpertCluster.Cli.GateBench.Measuring;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class RefusalTests
{
    /// <summary>.01 to .40 in steps of .01: 5 % of 40 are two, so .01 and .02 may be lost.</summary>
    private static readonly double[] Known = [.. Enumerable.Range(1, 40).Reverse().Select(i => i / 100.0)];

    private static readonly int[] All = [.. Enumerable.Range(0, 40)];

    [Fact]
    public void Threshold_FortyTexts_LosesTwo()
    {
        Assert.Equal(0.03, Refusal.Threshold(Known, All));
        Assert.Equal(2, Known.Count(k => k < 0.03));
    }

    [Fact]
    public void Threshold_TooFewToLoseOne_LosesNone() => Assert.Equal(0.22, Refusal.Threshold(Known, All.AsSpan(0, 19)));

    [Fact]
    public void Share_UnknownTexts_AreRefusedBelowTheThresholdAlone() =>
        Assert.Equal(0.5, Refusal.Share(Known, All, [0.01, 0.029, 0.03, 0.9], [0, 1, 2, 3]));

    [Fact]
    public void Share_Chosen_CountAsOftenAsTheyAreNamed() =>
        Assert.Equal(0.75, Refusal.Share(Known, All, [0.01, 0.9], [0, 0, 0, 1]));

    /// <summary>What gives everybody the same score tells nobody apart.</summary>
    [Fact]
    public void Share_AllScoresAlike_IsZero() => Assert.Equal(0, Refusal.Share([0.5, 0.5, 0.5], [0, 1, 2], [0.5, 0.5], [0, 1]));

    [Fact]
    public void Share_NoUnknownTexts_IsZero() => Assert.Equal(0, Refusal.Share(Known, All, [], []));
}
