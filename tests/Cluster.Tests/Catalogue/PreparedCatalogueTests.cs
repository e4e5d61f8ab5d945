using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cluster.Tests.Catalogue;

public sealed class PreparedCatalogueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WhatSaveWrote_MakesPathsAbsolute()
    {
        new PreparedCatalogue
        {
            Bases = [new PreparedBase("small", "bases/1", HasTokenGate: true)],
            Experts = [new PreparedExpert { Name = "law", Base = "small", Adapter = "/adapters/law", Gated = true, Replicas = 2 }],
            Gates = "gates/1",
        }.Save(_folder.Path);

        var loaded = PreparedCatalogue.Load(_folder.Path);

        Assert.Equal(_folder["bases/1"], loaded.Bases[0].Path);
        Assert.Equal(_folder["gates/1"], loaded.Gates);
        Assert.Equal(new PreparedExpert { Name = "law", Base = "small", Adapter = "/adapters/law", Gated = true, Replicas = 2 }, loaded.Experts[0]);
    }

    [Theory]
    [InlineData("{\"format\": 99, \"bases\": [], \"experts\": []}", "format is 99")]
    [InlineData("{", "not a prepared catalogue")]
    public void Load_OtherContent_IsRefused(string content, string reason)
    {
        File.WriteAllText(_folder[PreparedCatalogue.FileName], content);

        Assert.Contains(reason, Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_TellsWhoWritesIt() =>
        Assert.Contains("prepare", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_folder.Path)).Message, StringComparison.Ordinal);
}
