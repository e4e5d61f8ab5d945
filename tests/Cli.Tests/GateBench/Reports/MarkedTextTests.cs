using ExpertCluster.Cli.GateBench.Reports;

namespace ExpertCluster.Cli.Tests.GateBench.Reports;

public sealed class MarkedTextTests
{
    private const string Begin = "<!-- made by `./cluster eval gate`: begin -->";
    private const string End = "<!-- made by `./cluster eval gate`: end -->";

    [Fact]
    public void Replace_Again_LeavesAllElseAsItIs()
    {
        const string document = $"before\n\n{Begin}\nold\n{End}\n\nafter\n";

        string once = MarkedText.Replace(document, "new\n", "d.md", MarkedText.Gate);

        Assert.Equal($"before\n\n{Begin}\n\nnew\n\n{End}\n\nafter\n", once);
        Assert.Equal(once, MarkedText.Replace(once, "new\n", "d.md", MarkedText.Gate));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(Begin)]
    [InlineData(End)]
    [InlineData(End + Begin)]
    [InlineData(Begin + Begin + End)]
    public void Replace_NoPlace_IsRefused(string document) =>
        Assert.StartsWith("d.md has no place for the tables", Assert.Throws<InvalidDataException>(() => MarkedText.Replace(document, "", "d.md", MarkedText.Gate)).Message, StringComparison.Ordinal);
}
