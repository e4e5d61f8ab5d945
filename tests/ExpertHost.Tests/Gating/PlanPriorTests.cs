using ExpertCluster.ExpertHost.Gating;

namespace ExpertCluster.ExpertHost.Tests.Gating;

public sealed class PlanPriorTests
{
    [Theory]
    [InlineData(new[] { 0.9, 0.09, 0.01 }, new[] { 0, -1, -2 })]
    [InlineData(new[] { 0.02, 0.5, 0.48 }, new[] { -1, 0, 0 })]
    [InlineData(new[] { 1.0, 1e-30, 0 }, new[] { 0, -4, -4 })]
    [InlineData(new[] { 3.0, 3 }, new[] { 0, 0 })]
    [InlineData(new[] { 0.0, 0 }, new[] { 0, 0 })]
    public void LevelsOf_Weights_AreTensBelowTheLargest(double[] weights, int[] levels) => Assert.Equal(levels, PlanPrior.LevelsOf(weights));

    [Fact]
    public void FactorOf_Level_IsTheRootOfTheOdds() => Assert.Equal([1, MathF.Sqrt(0.1f), 0.1f, 0.01f], new[] { 0, -1, -2, -4 }.Select(PlanPrior.FactorOf));
}
