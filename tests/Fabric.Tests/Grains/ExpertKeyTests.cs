using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Tests.Grains;

public sealed class ExpertKeyTests
{
    [Fact]
    public void Parse_WhatToStringGave_IsTheSame() => Assert.Equal(new ExpertKey("law", 3), ExpertKey.Parse(new ExpertKey("law", 3).ToString()));

    [Theory]
    [InlineData("law")]
    [InlineData("#1")]
    [InlineData("law#")]
    [InlineData("law#-1")]
    [InlineData("law#x")]
    public void Parse_OtherText_Throws(string key) => Assert.Throws<FormatException>(() => ExpertKey.Parse(key));
}
