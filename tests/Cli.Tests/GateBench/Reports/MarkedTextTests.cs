using ExpertCluster.Cli.GateBench.Reports;

namespace ExpertCluster.Cli.Tests.GateBench.Reports;

public sealed class MarkedTextTests
{
    [Fact]
    public void Replace_Again_LeavesAllElseAsItIs()
    {
        const string document = $"before\n\n{MarkedText.Begin}\nold\n{MarkedText.End}\n\nafter\n";

        string once = MarkedText.Replace(document, "new\n", "d.md");

        Assert.Equal($"before\n\n{MarkedText.Begin}\n\nnew\n\n{MarkedText.End}\n\nafter\n", once);
        Assert.Equal(once, MarkedText.Replace(once, "new\n", "d.md"));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(MarkedText.Begin)]
    [InlineData(MarkedText.End)]
    [InlineData(MarkedText.End + MarkedText.Begin)]
    [InlineData(MarkedText.Begin + MarkedText.Begin + MarkedText.End)]
    public void Replace_NoPlace_IsRefused(string document) =>
        Assert.StartsWith("d.md has no place for the tables", Assert.Throws<InvalidDataException>(() => MarkedText.Replace(document, "", "d.md")).Message, StringComparison.Ordinal);
}
