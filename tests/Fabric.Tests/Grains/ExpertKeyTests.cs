using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Tests.Grains;

public sealed class ExpertKeyTests
{
    [Theory]
    [InlineData("law", "host-0", "")]
    [InlineData("l.a-w_1", "node@rack", "")]
    [InlineData("law", "host-0", "canary")]
    [InlineData("law", "node:1@rack", "shadow")]
    public void Parse_WhatToStringGave_IsTheSame(string expert, string host, string version) =>
        Assert.Equal(new ExpertKey(expert, host, version), ExpertKey.Parse(new ExpertKey(expert, host, version).ToString()));

    [Fact]
    public void ToString_WhatServes_IsExpertAndHostAlone() =>
        Assert.Equal(("law@a", "law:canary@a"), (new ExpertKey("law", "a").ToString(), new ExpertKey("law", "a", "canary").ToString()));

    [Theory]
    [InlineData("law")]
    [InlineData("@host-0")]
    [InlineData("law@")]
    [InlineData("law:@a")]
    [InlineData(":canary@a")]
    [InlineData("law:canary:2@a")]
    [InlineData("")]
    public void Parse_OtherText_Throws(string key) => Assert.Throws<FormatException>(() => ExpertKey.Parse(key));
}
