using ExpertCluster.Cluster.Catalogue;

namespace ExpertCluster.Cluster.Tests.Catalogue;

public sealed class PreparedCatalogueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prepared-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_WhatSaveWrote_MakesPathsAbsolute()
    {
        new PreparedCatalogue
        {
            Bases = [new PreparedBase("small", "bases/1", HasTokenGate: true)],
            Experts = [new PreparedExpert { Name = "law", Base = "small", Adapter = "/adapters/law", Gated = true, Replicas = 2 }],
            Gates = "gates/1",
        }.Save(_folder);

        var loaded = PreparedCatalogue.Load(_folder);

        Assert.Equal(Path.Combine(_folder, "bases/1"), loaded.Bases[0].Path);
        Assert.Equal(Path.Combine(_folder, "gates/1"), loaded.Gates);
        Assert.Equal(new PreparedExpert { Name = "law", Base = "small", Adapter = "/adapters/law", Gated = true, Replicas = 2 }, loaded.Experts[0]);
    }

    [Theory]
    [InlineData("{\"format\": 99, \"bases\": [], \"experts\": []}", "format is 99")]
    [InlineData("{", "not a prepared catalogue")]
    public void Load_OtherContent_IsRefused(string content, string reason)
    {
        File.WriteAllText(Path.Combine(_folder, PreparedCatalogue.FileName), content);

        Assert.Contains(reason, Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_TellsWhoWritesIt() =>
        Assert.Contains("prepare", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_folder)).Message, StringComparison.Ordinal);
}
