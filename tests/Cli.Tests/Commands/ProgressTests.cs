using ExpertCluster.Cli.Commands;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(0, "[   0 s] ready")]
    [InlineData(12.4, "[  12 s] ready")]
    [InlineData(12345, "[12345 s] ready")]
    public void Format_Seconds_StandInAColumn(double seconds, string expected) =>
        Assert.Equal(expected, Progress.Format(TimeSpan.FromSeconds(seconds), "ready"));

    [Theory]
    [InlineData("7", 7)]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("-3", 0)]
    [InlineData("soon", 0)]
    public void Parse_SecondsOfTheBuild_CountWhereTheyAreANumber(string? text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Progress.Parse(text));

    [Fact]
    public void To_Writer_GetsALineAStep()
    {
        using var errors = new StringWriter();

        Progress.To(errors)("one");
        Progress.To(errors)("two");

        Assert.Matches(@"\A\[ *\d+ s\] one\n\[ *\d+ s\] two\n\z", errors.ToString());
    }
}
