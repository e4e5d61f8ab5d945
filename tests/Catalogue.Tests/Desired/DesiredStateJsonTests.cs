using ExpertCluster.Catalogue.Desired;

namespace ExpertCluster.Catalogue.Tests.Desired;

public sealed class DesiredStateJsonTests
{
    [Theory]
    [InlineData("\"keywords\":[null]")]
    [InlineData("\"keywords\":[\"a\",null]")]
    [InlineData("\"examples\":[null]")]
    [InlineData("\"labels\":[null]")]
    [InlineData("\"hosts\":[null]")]
    public void ReadChange_NullInAList_IsRefused(string field)
    {
        string text = $$$"""{"change":{"kind":"apply","spec":{"name":"w","base":"demo",{{{field}}} }},"by":"","reason":"","expectedVersion":0}""";

        Assert.Contains("null", Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadChange(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"other\"")]
    public void ReadChange_NameBesideThatOfTheExpert_IsRefused(string name)
    {
        string text = $$"""{"change":{"kind":"apply","spec":{"name":"w","base":"demo"},"name":{{name}} },"by":"","reason":"","expectedVersion":0}""";

        Assert.Contains("no name, or another one", Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadChange(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"experts\":{\"a\":null}")]
    [InlineData("\"adjustments\":{\"a\":null}")]
    [InlineData("\"drainedHosts\":[null]")]
    [InlineData("\"changes\":[null]")]
    [InlineData("\"gate\":null")]
    [InlineData("\"gate\":{\"stable\":{\"lessons\":[null]}}")]
    [InlineData("\"gate\":{\"candidate\":{\"lessons\":null}}")]
    [InlineData("\"gate\":{\"candidate\":{\"lessons\":[{\"expert\":null,\"text\":\"a\"}]}}")]
    public void ReadState_NullAsAnEntry_IsRefused(string field) =>
        Assert.Contains("null", Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadState($"{{\"format\":1,{field}}}")).Message, StringComparison.Ordinal);

    /// <summary>As states were before there were gates in them.</summary>
    [Fact]
    public void ReadState_WithoutGates_HasTheCataloguesAlone() =>
        Assert.Equal(DesiredGate.OfCatalogue, DesiredStateJson.ReadState("""{"format":1,"version":7,"experts":{},"adjustments":{},"drainedHosts":[],"changes":[]}""").Gate);

    [Theory]
    [InlineData("\"stable\":{\"kind\":\"Magic\"}")]
    [InlineData("\"candidate\":{\"percent\":\"many\"}")]
    public void ReadState_GateThatIsNone_IsRefused(string field) =>
        Assert.Contains("can't be read", Assert.Throws<CatalogueException>(() => DesiredStateJson.ReadState($"{{\"format\":1,\"gate\":{{{field}}}}}")).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadState_WhatWasWritten_IsTheSame()
    {
        var state = DesiredState.Empty with { Version = 3, Experts = DesiredState.Empty.Experts.Add("a", new ExpertSpec { Name = "a", Base = "demo", Keywords = ["k"] }) };

        Assert.Equal(DesiredStateJson.Write(state), DesiredStateJson.Write(DesiredStateJson.ReadState(DesiredStateJson.Write(state))));
    }
}
