using ExpertCluster.Cli.Evaluation.Texts;

namespace ExpertCluster.Cli.Tests.Evaluation.Texts;

public sealed class TextFiguresTests
{
    [Fact]
    public void Of_CountsTokensNotTexts()
    {
        var figures = TextFigures.Of([new TextScore(1, -Math.Log(8), 1), new TextScore(3, -3 * Math.Log(2), 0)]);

        Assert.Equal(Math.Exp(((3 * Math.Log(2)) + Math.Log(8)) / 4), figures.Perplexity, 9);
        Assert.Equal(0.25, figures.Accuracy, 9);
        Assert.InRange(figures.Low, 2, figures.Perplexity);
        Assert.InRange(figures.High, figures.Perplexity, 8);
    }

    [Fact]
    public void Of_TextsThatAreAlike_LeaveNoDoubt()
    {
        var figures = TextFigures.Of([.. Enumerable.Repeat(new TextScore(2, -2, 1), 50)]);

        Assert.Equal(Math.E, figures.Low, 9);
        Assert.Equal(Math.E, figures.High, 9);
    }

    [Fact]
    public void Tables_HaveARowForEachWay_AndNothingWhereThereIsNone()
    {
        string table = TextTables.Strategies([("fields", 3), ("mixed", 2)], [("right expert", [new TextFigures(40.123, 39, 41, 0.3216), null])]);

        Assert.Equal("|  | fields (3): perplexity [95 %], accuracy | mixed (2): perplexity [95 %], accuracy |\n|---|---|---|\n| right expert | 40.12 [39.00, 41.00], 0.322 |  |\n", table);
    }
}
