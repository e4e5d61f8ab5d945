using ExpertCluster.Node.Telemetry;

namespace ExpertCluster.Node.Tests.Telemetry;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("no host", "no host")]
    [InlineData("no host\n   at Orleans.Networking.Connect()", "no host")]
    [InlineData("\r\n no host \r\n   at X", "no host")]
    [InlineData(" ", "")]
    public void Of_Message_IsItsFirstLine(string message, string line) => Assert.Equal(line, OneLine.Of(new IOException(message)));

    [Fact]
    public void Of_LongMessage_IsCut() => Assert.Equal(403, OneLine.Of(new IOException(new string('a', 10_000))).Length);
}
