using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Tests.Prepared;

public sealed class PreparedCatalogueTests : IDisposable
{
    private readonly SmallPrepared _prepared = new();

    public void Dispose() => _prepared.Dispose();

    [Fact]
    public void Load_WhatSaveWrote_IsTheSameWithPlaces()
    {
        var loaded = PreparedCatalogue.Load(_prepared.Path);

        Assert.Equal(_prepared[_prepared.Base.Path], loaded.Bases[0].Folder.Location);
        Assert.Equal(_prepared[_prepared.Gates.Path], loaded.Gates!.Location);
        Assert.Equal(_prepared.Adapter.Files, loaded.Experts[0].Adapter!.Files);
        Assert.Equal(("law", "small", 2, true), (loaded.Experts[0].Name, loaded.Experts[0].Base, loaded.Experts[0].Replicas, loaded.Experts[0].Gated));
    }

    [Fact]
    public void Load_Versions_AreTheSameWithPlaces()
    {
        var version = new PreparedVersion { Adapter = _prepared.Canary, Rank = 8, Percent = 5 };
        WithVersions(version, version with { Percent = 100 }).Save(_prepared.Path);

        var loaded = PreparedCatalogue.Load(_prepared.Path).Experts[0];

        Assert.Equal((_prepared[_prepared.Canary.Path], 8, 5), (loaded.Canary!.Adapter.Location, loaded.Canary.Rank, loaded.Canary.Percent));
        Assert.Equal((_prepared[_prepared.Canary.Path], 100), (loaded.Shadow!.Adapter.Location, loaded.Shadow.Percent));
    }

    /// <summary>So that programs that know of no versions read it, and a file means the same for those that do.</summary>
    [Fact]
    public void Save_NoVersions_SaysNothingOfThem()
    {
        string text = File.ReadAllText(_prepared[PreparedCatalogue.FileName]);

        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.DoesNotContain("shadow", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "canary")]
    [InlineData(false, "shadow")]
    public void Load_VersionOfAnotherPlace_IsRefused(bool isCanary, string what)
    {
        var outside = new PreparedVersion { Adapter = _prepared.Canary with { Path = "../adapters/law" } };
        WithVersions(isCanary ? outside : null, isCanary ? null : outside).Save(_prepared.Path);

        Assert.Contains($"the folder of the {what} of law", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_Always_WritesRelativePathsAlone() =>
        Assert.DoesNotContain(_prepared.Path, File.ReadAllText(_prepared[PreparedCatalogue.FileName]), StringComparison.Ordinal);

    [Fact]
    public void Save_TheSameAgain_WritesNothing()
    {
        var before = File.GetLastWriteTimeUtc(_prepared[PreparedCatalogue.FileName]);

        Assert.False(_prepared.Catalogue.Save(_prepared.Path));
        Assert.True((_prepared.Catalogue with { Gates = null }).Save(_prepared.Path));
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(_prepared[PreparedCatalogue.FileName]));
    }

    [Fact]
    public void Load_AnyByteFlipped_IsRefused()
    {
        string file = _prepared[PreparedCatalogue.FileName];
        byte[] bytes = File.ReadAllBytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            // Each bit in turn: case, digits, quotes and what is no text at all.
            byte[] changed = [.. bytes];
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(file, changed);

            var error = Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path));
            Assert.Contains(PreparedCatalogue.FileName, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Load_AnyPrefixOfTheFile_IsRefused()
    {
        string file = _prepared[PreparedCatalogue.FileName];
        byte[] bytes = File.ReadAllBytes(file);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path));
        }
    }

    [Theory]
    [InlineData("{\"format\": 99, \"later\": []}", "format is 99")]
    [InlineData("{\"format\": 1, \"bases\": [], \"experts\": []}", "format is 1;")]
    [InlineData("{}", "format is missing")]
    [InlineData("[2]", "format is missing")]
    [InlineData("{", "not a prepared catalogue")]
    [InlineData("{\"format\": 5, \"seal\": \"0\", \"bases\": [], \"experts\": []}", "seal")]
    [InlineData("{\"format\": 5, \"seal\": \"\", \"bases\": [], \"experts\": []}", "seal")]
    public void Load_OtherContent_IsRefused(string content, string reason)
    {
        File.WriteAllText(_prepared[PreparedCatalogue.FileName], content);

        Assert.Contains(reason, Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("/etc")]
    [InlineData("bases/../../x")]
    [InlineData("bases/0000")]
    [InlineData("models/{digest}")]
    public void Load_SealedFileWhosePathsLeave_IsRefused(string path)
    {
        string digest = _prepared.Base.Path.Split('/')[1];
        var folder = _prepared.Base with { Path = path.Replace("{digest}", digest, StringComparison.Ordinal) };
        (_prepared.Catalogue with { Bases = [new PreparedBase("small", folder, HasTokenGate: false)] }).Save(_prepared.Path);

        Assert.Contains("base small", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void Load_SealedFileWhoseNamesLeave_IsRefused(string name)
    {
        var folder = PreparedFolder.Of(PreparedFolder.Adapters, [_prepared.Adapter.Files[0] with { Name = name }]);
        (_prepared.Catalogue with { Experts = [_prepared.Catalogue.Experts[0] with { Adapter = folder }] }).Save(_prepared.Path);

        Assert.Contains("adapter of law", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SealedFileWithAnExpertOfNoBase_IsRefused()
    {
        (_prepared.Catalogue with { Bases = [] }).Save(_prepared.Path);

        Assert.Contains("small", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SealedFileWithNull_IsRefused()
    {
        (_prepared.Catalogue with { Bases = [null!], Experts = [] }).Save(_prepared.Path);

        Assert.Contains("null", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_TellsWhoWritesIt()
    {
        File.Delete(_prepared[PreparedCatalogue.FileName]);

        Assert.Contains("prepare", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LinkOutOfTheFolder_IsRefused()
    {
        File.Move(_prepared[PreparedCatalogue.FileName], _prepared.Outside("prepared.json"));
        File.CreateSymbolicLink(_prepared[PreparedCatalogue.FileName], _prepared.Outside("prepared.json"));

        Assert.Contains("leaves", Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TheSealFieldAtTheEnd_IsFoundAllTheSame()
    {
        // The order of fields is nobody's promise; the digest is over the bytes as they are.
        string file = _prepared[PreparedCatalogue.FileName];
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        json.Remove("seal");
        json["seal"] = new string('0', 64);
        byte[] unsealed = Encoding.UTF8.GetBytes(json.ToJsonString());
        string seal = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(unsealed));
        File.WriteAllText(file, json.ToJsonString().Replace(new string('0', 64), seal, StringComparison.Ordinal));

        Assert.Equal("small", PreparedCatalogue.Load(_prepared.Path).Bases[0].Name);
    }

    private PreparedCatalogue WithVersions(PreparedVersion? canary, PreparedVersion? shadow) => _prepared.Catalogue with
    {
        Experts = [_prepared.Catalogue.Experts[0] with { Canary = canary, Shadow = shadow }],
    };
}
