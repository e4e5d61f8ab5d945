using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class VersionDrawsTests
{
    [Theory]
    [InlineData(0.0, 0, false)]
    [InlineData(0.0, 1, true)]
    [InlineData(0.049, 5, true)]
    [InlineData(0.05, 5, false)]
    [InlineData(0.999999, 99, false)]
    [InlineData(0.999999, 100, true)]
    public void IsDrawn_ANumber_IsInTheShareOrNot(double number, int percent, bool expected) =>
        Assert.Equal(expected, new VersionDraws(new ScriptedRandom(number)).IsDrawn("law", percent));

    /// <summary>A plan that is made anew must not change the version under the request.</summary>
    [Fact]
    public void IsDrawn_Again_IsTheSameForTheExpertAndAnotherForTheNext()
    {
        var draws = new VersionDraws(new ScriptedRandom(0.1, 0.9, 0.1));

        Assert.Equal([true, false, true, false], new[] { "law", "tax", "law", "tax" }.Select(expert => draws.IsDrawn(expert, 50)));
    }
}
