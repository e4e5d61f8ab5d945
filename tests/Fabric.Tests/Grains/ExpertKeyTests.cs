using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Tests.Grains;

public sealed class ExpertKeyTests
{
    [Theory]
    [InlineData("law", "host-0")]
    [InlineData("l.a-w_1", "node@rack")]
    public void Parse_WhatToStringGave_IsTheSame(string expert, string host) =>
        Assert.Equal(new ExpertKey(expert, host), ExpertKey.Parse(new ExpertKey(expert, host).ToString()));

    [Theory]
    [InlineData("law")]
    [InlineData("@host-0")]
    [InlineData("law@")]
    [InlineData("")]
    public void Parse_OtherText_Throws(string key) => Assert.Throws<FormatException>(() => ExpertKey.Parse(key));
}
