using ExpertCluster.Catalogue.Desired;

namespace ExpertCluster.Catalogue.Tests.Desired;

public sealed class LessonRuleTests
{
    [Theory]
    [InlineData("law", false, "auto", "law")]
    [InlineData("law", true, "tax", "law")]
    [InlineData("", true, "auto", "code")]
    [InlineData("", false, "auto", null)]
    [InlineData("", true, "code", null)]
    public void Of_Feedback_TeachesWhomItNamesElseWhomTheGateChose(string named, bool good, string model, string? expert) =>
        Assert.Equal(expert, LessonRule.Of(named, good, model, ["code", "law"], "A text")?.Expert);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void Of_NoText_TeachesNothing(string text) => Assert.Null(LessonRule.Of("law", good: true, "auto", [], text));

    [Fact]
    public void Of_GoodAndNobodyAnswered_TeachesNothing() => Assert.Null(LessonRule.Of("", good: true, "auto", [], "A text"));

    [Fact]
    public void LineOf_Lines_IsOneWithSingleBlanks() => Assert.Equal("a b c", LessonRule.LineOf(" a\tb \r\n c"));
}
