using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Tests.Options;

public sealed class NameListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData(" a ,b,, c", "a|b|c")]
    public void Names_Text_AreInTheirOrder(string text, string expected) => Assert.Equal(expected, string.Join('|', NameList.Names(text)));

    [Fact]
    public void Weighted_Text_HasNamesAndWeights() =>
        Assert.Equal([("prompt", 1), ("load", -0.5), ("x", 1000)], NameList.Weighted("prompt=1, load = -0.5,x=1e3"));

    [Theory]
    [InlineData("prompt", "has 'prompt'; each part must be name=weight")]
    [InlineData("prompt=", "has 'prompt='")]
    [InlineData("=1", "has '=1'")]
    [InlineData("prompt=1=2", "has 'prompt=1=2'")]
    [InlineData("prompt=much", "has 'prompt=much'")]
    [InlineData("prompt=1001", "gives prompt the weight 1001; it must be from -1000 to 1000")]
    [InlineData("prompt=NaN", "gives prompt the weight NaN")]
    [InlineData("prompt=1, prompt=2", "names prompt twice")]
    public void WeightProblem_WrongText_SaysWhat(string text, string part) => Assert.StartsWith(part, NameList.WeightProblem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("prompt=1, load=0")]
    public void WeightProblem_RightText_IsNull(string text) => Assert.Null(NameList.WeightProblem(text));

    [Theory]
    [InlineData("a, b", null)]
    [InlineData("a, b, a", "a")]
    public void Twice_Names_IsTheOneThatRepeats(string text, string? expected) => Assert.Equal(expected, NameList.Twice(text));
}
