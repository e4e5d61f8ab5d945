using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.Tests.Support;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class ChoiceTests
{
    [Theory]
    [InlineData("law:.7 music:.2 general:.1", "law", "music", "law", "law")]
    [InlineData("law:.5 music:.2 general:.3", "law", "music", "law", "law")]
    [InlineData("law:.4 music:.35 general:.25", "law", "music", null, "law")]
    [InlineData("law:.3 music:.1 general:.6", "law", "music", null, "general")]
    [InlineData("law:.4 general:.6", "law", null, null, "general")]
    public void Of_Scores_IsWhatThePlannerMakesOfThem(string text, string first, string? second, string? expert, string likeliest)
    {
        var choice = Choice.Of(new FakeGate().Score(text));

        Assert.Equal((first, second, expert, likeliest), (choice.First, choice.Second, choice.Expert, choice.Likeliest));
    }
}
