using ExpertCluster.Cli.Inspection;

namespace ExpertCluster.Cli.Tests.Inspection;

public sealed class StatusTableTests
{
    [Fact]
    public void Write_NoRows_IsTheHeadings()
    {
        using var output = new StringWriter();

        new StatusTable(output, "A", "B").Write();

        Assert.Equal("A  B\n", output.ToString());
    }

    /// <summary>Nor is anything taken for the table's own mark-up.</summary>
    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", " [31mred [0m")]
    [InlineData("two\r\nlines", "two  lines")]
    [InlineData("[bold]x[/]", "[bold]x[/]")]
    [InlineData("", "-")]
    public void Write_CellWithMoreThanText_IsText(string cell, string expected)
    {
        using var output = new StringWriter();
        var table = new StatusTable(output, "A");
        table.Add(cell);

        table.Write();

        Assert.Equal($"A\n{expected}\n", output.ToString());
    }

    [Fact]
    public void Write_LongCell_IsNeverBroken()
    {
        using var output = new StringWriter();
        var table = new StatusTable(output, "A", "B");
        string words = string.Join(' ', Enumerable.Repeat("word", 500));
        table.Add("a", words);

        table.Write();

        Assert.Equal($"A  B\na  {words}\n", output.ToString());
    }
}
