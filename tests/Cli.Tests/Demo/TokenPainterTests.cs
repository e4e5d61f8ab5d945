using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Tests.Support;
using Spectre.Console;

namespace ExpertCluster.Cli.Tests.Demo;

public sealed class TokenPainterTests : IDisposable
{
    private const string Reset = "\e[0m";

    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Print_NoColours_LabelsEachChangeOfExpert()
    {
        var painter = Painter(colours: false);

        painter.Begin();
        painter.Print(FakeRouter.Token("The", ("law", 1)));
        painter.Print(FakeRouter.Token(" court", ("law", 1)));
        painter.Print(FakeRouter.Token(" paid", ("law", 0.4), ("finance", 0.6)));
        painter.Print(FakeRouter.Token(" [3]"));

        Assert.Equal("[law]The court[finance] paid[?] [3]", _output.ToString());
    }

    [Fact]
    public void Begin_NextAnswer_NamesItsExpertAgain()
    {
        var painter = Painter(colours: false);

        painter.Print(FakeRouter.Token("a", ("law", 1)));
        painter.Begin();
        painter.Print(FakeRouter.Token("b", ("law", 1)));

        Assert.Equal("[law]a[law]b", _output.ToString());
    }

    [Fact]
    public void Print_Colours_AreOneAnExpertAndGreyForTheGeneralist()
    {
        var painter = Painter(colours: true);

        painter.Print(FakeRouter.Token("a", ("law", 1)));
        painter.Print(FakeRouter.Token("b", ("finance", 1)));
        painter.Print(FakeRouter.Token("c", ("law", 1)));
        painter.Print(FakeRouter.Token("d", ("general", 1)));

        string[] parts = _output.ToString().Split(Reset, StringSplitOptions.RemoveEmptyEntries);
        string[] colours = [.. parts.Select(p => p[..^1])];
        Assert.Equal(["a", "b", "c", "d"], parts.Select(p => p[^1..]));
        Assert.Equal(colours[0], colours[2]);
        Assert.Equal(3, colours.Distinct().Count());
        Assert.EndsWith("[38;5;8m", colours[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Print_MoreExpertsThanColours_BeginsAgain()
    {
        var painter = Painter(colours: true);

        for (int i = 0; i < 7; i++)
        {
            painter.Print(FakeRouter.Token("x", ($"expert-{i}", 1)));
        }

        string[] parts = _output.ToString().Split(Reset, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((7, 6, parts[0]), (parts.Length, parts.Distinct().Count(), parts[6]));
    }

    [Theory]
    [InlineData(true, "■ law  ■ finance  ")]
    [InlineData(false, "")]
    public void Legend_NamesEachColourOnce(bool colours, string expected)
    {
        var painter = Painter(colours);
        painter.Print(FakeRouter.Token("a", ("law", 1)));
        painter.Print(FakeRouter.Token("b", ("finance", 1)));
        _output.GetStringBuilder().Clear();

        painter.Legend();

        Assert.Equal(expected, System.Text.RegularExpressions.Regex.Replace(_output.ToString(), "\e\\[[0-9;]*m", "").TrimEnd('\n'));
    }

    private TokenPainter Painter(bool colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(_output),
        });
        console.Profile.Width = 1000;
        return new TokenPainter(console, colours);
    }
}
