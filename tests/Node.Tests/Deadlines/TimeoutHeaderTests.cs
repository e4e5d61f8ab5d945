using ExpertCluster.Node.Deadlines;

namespace ExpertCluster.Node.Tests.Deadlines;

public sealed class TimeoutHeaderTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("600n", 6)]
    [InlineData("0S", 0)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void TryRead_EachUnit_IsUnderstood(string text, long ticks)
    {
        Assert.True(TimeoutHeader.TryRead(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("+5S")]
    [InlineData("5 S")]
    [InlineData("5.0S")]
    [InlineData("123456789S")]
    public void TryRead_AnythingElse_IsNot(string text) => Assert.False(TimeoutHeader.TryRead(text, out _));

    [Theory]
    [InlineData(0.25, "250m")]
    [InlineData(86_400, "86400000m")]
    public void Write_Seconds_InMilliseconds(double seconds, string expected) =>
        Assert.Equal(expected, TimeoutHeader.Write(TimeSpan.FromSeconds(seconds)));
}
