using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Tests.Protocol;

public sealed class CodecTests
{
    [Theory]
    [InlineData(1, "1m")]
    [InlineData(99_999_999, "99999999m")]
    [InlineData(100_000_000, "100000S")]
    [InlineData(100_000_001, "100001S")]
    public void Timeout_Encode_RoundsUpInTheFinestUnit(long milliseconds, string header) =>
        Assert.Equal(header, TimeoutCodec.Encode(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Timeout_Encode_Extremes_StayInEightDigits()
    {
        Assert.Equal("1n", TimeoutCodec.Encode(TimeSpan.FromSeconds(-1)));
        Assert.Equal("1m", TimeoutCodec.Encode(TimeSpan.FromTicks(1)));
        Assert.True(TimeoutCodec.Encode(TimeSpan.MaxValue).Length <= 9);
    }

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("600n", 6)]
    [InlineData("99999999H", 99_999_999 * 36_000_000_000)]
    public void Timeout_Decode_EveryUnit(string header, long ticks)
    {
        Assert.True(TimeoutCodec.TryDecode(header, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("50%", "50%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é", "%C3%A9")]
    public void Percent_RoundTrip_GivesTheSameText(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Fact]
    public void Percent_DecodeOfBadEscapes_KeepsThem() => Assert.Equal("100% or %zz", PercentEncoding.Decode("100% or %zz"));

    [Theory]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("", new byte[] { })]
    public void BinaryHeader_WithOrWithoutPadding_IsDecoded(string value, byte[] expected)
    {
        var metadata = new Metadata();
        MetadataCodec.Decode(metadata, "x-bin", value);
        Assert.Equal(expected, metadata.GetValueBytes("x-bin"));
    }

    [Fact]
    public void BinaryHeader_JoinedValues_BecomeEntries()
    {
        var metadata = new Metadata();
        MetadataCodec.Decode(metadata, "x-bin", "AQ==, Ag");
        Assert.Equal([[1], [2]], metadata.Select(entry => entry.ValueBytes));
        Assert.Throws<FormatException>(() => MetadataCodec.Decode(metadata, "x-bin", "*"));
    }
}
