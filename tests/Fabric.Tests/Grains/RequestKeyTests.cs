using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Tests.Grains;

public sealed class RequestKeyTests
{
    /// <summary>Routers of two versions, side by side during an update, must agree.</summary>
    [Fact]
    public void OfRouter_ASilosName_IsTheSameInEveryVersion() => Assert.Equal("c858314c", RequestKey.OfRouter("router/router-0"));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("0123456789ABCDEF0123456789ABCDEF", false)]
    [InlineData("0123456789abcdef0123456789abcdeg", false)]
    [InlineData("", false)]
    public void IsWellFormed_Text(string text, bool expected) => Assert.Equal(expected, RequestKey.IsWellFormed(text));

    [Fact]
    public void New_HasItsRouterAndAPartOfTheStore()
    {
        string router = RequestKey.OfRouter("router/a");

        string key = RequestKey.New(router);

        Assert.True(RequestKey.IsWellFormed(key));
        Assert.Equal(router, RequestKey.RouterOf(key));
        Assert.Contains(FeedbackKey.Of(key), Enumerable.Range(0, FeedbackKey.Parts).Select(FeedbackKey.Of));
    }
}
