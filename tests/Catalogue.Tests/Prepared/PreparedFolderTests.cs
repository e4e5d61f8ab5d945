using System.Diagnostics;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Prepared;

public sealed class PreparedFolderTests : IDisposable
{
    private readonly SmallPrepared _prepared = new();

    public void Dispose() => _prepared.Dispose();

    [Fact]
    public void Of_AnotherOrder_IsTheSameFolder() =>
        Assert.Equal(_prepared.Base.Path, PreparedFolder.Of(PreparedFolder.Bases, _prepared.Base.Files.Reverse()).Path);

    [Fact]
    public void Check_WhatWasPrepared_GivesItsPlace()
    {
        var loaded = PreparedCatalogue.Load(_prepared.Path);

        Assert.Equal(loaded.Bases[0].Folder.Location, loaded.Bases[0].Folder.Check("base small"));
        Assert.Equal(loaded.Gates!.Location, loaded.Gates.Check("the gates"));
    }

    [Theory]
    [InlineData("weights.bin", "twelve byteS", "digest")]
    [InlineData("weights.bin", "twelve byte", "11 bytes instead of 12")]
    [InlineData("tokenizer.json", null, "is missing")]
    [InlineData("chat_template.jinja", "{{ messages }}", "was not prepared")]
    public void Check_AnotherContent_IsRefusedByName(string file, string? content, string reason)
    {
        string path = Path.Combine(_prepared[_prepared.Base.Path], file);
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        string message = Refusal();
        Assert.Contains("base small", message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain(_prepared.Path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AFolderThatNobodyPrepared_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(_prepared[_prepared.Base.Path], "more"));

        Assert.Contains("more was not prepared", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LinkOutOfThePreparedFolder_IsRefusedThoughItsContentIsRight()
    {
        string file = Path.Combine(_prepared[_prepared.Base.Path], "weights.bin");
        File.Move(file, _prepared.Outside("weights.bin"));
        File.CreateSymbolicLink(file, _prepared.Outside("weights.bin"));

        Assert.Contains("weights.bin is a link that leaves", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_FolderThatIsALinkOut_IsRefused()
    {
        Directory.Move(_prepared[_prepared.Base.Path], _prepared.Outside("base"));
        Directory.CreateSymbolicLink(_prepared[_prepared.Base.Path], _prepared.Outside("base"));

        Assert.Contains("leaves", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_LinkInACircle_IsMissing()
    {
        string file = Path.Combine(_prepared[_prepared.Base.Path], "weights.bin");
        File.Delete(file);
        File.CreateSymbolicLink(file, "weights.bin");

        Assert.Contains("weights.bin is missing", Refusal(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("fifo")]
    [InlineData("socket")]
    [InlineData("folder")]
    public Task Check_NoFileInTheFilesPlace_IsRefusedWithoutOpeningIt(string kind) => Task.Run(() =>
    {
        SpecialFile.Put(Path.Combine(_prepared[_prepared.Base.Path], "weights.bin"), kind);

        Assert.Contains("weights.bin is no regular file", Refusal(), StringComparison.Ordinal);
    });

    [Theory(Timeout = 10_000)]
    [InlineData("fifo", "a FIFO")]
    [InlineData("socket", "a socket")]
    [InlineData("folder", "a folder")]
    public Task Load_NoFileInTheCataloguesPlace_IsRefusedWithoutOpeningIt(string kind, string named) => Task.Run(() =>
    {
        SpecialFile.Put(_prepared[PreparedCatalogue.FileName], kind);

        Assert.EndsWith(
            $"{PreparedCatalogue.FileName} is no regular file but {named}",
            Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path)).Message,
            StringComparison.Ordinal);
    });

    /// <summary>prepared.json and the folders beside it are links to ..data, which is a link to the version of the day.</summary>
    [Fact]
    public void Check_WholeFolderAsAVolume_IsRead()
    {
        AsVolume(_prepared.Path);
        var loaded = PreparedCatalogue.Load(_prepared.Path);

        Assert.Equal(_prepared[$"..2026/{_prepared.Base.Path}"], loaded.Bases[0].Folder.Check("base small"));
    }

    [Fact]
    public void Check_FoldersAsVolumesOfTheirOwn_AreRead()
    {
        AsVolume(_prepared[_prepared.Adapter.Path]);
        AsVolume(_prepared[_prepared.Gates.Path]);
        var loaded = PreparedCatalogue.Load(_prepared.Path);

        Assert.Equal(_prepared[$"{_prepared.Adapter.Path}/..2026"], loaded.Experts[0].Adapter!.Check("the adapter"));
        Assert.Equal(_prepared[$"{_prepared.Gates.Path}/..2026"], loaded.Gates!.Check("the gates"));
    }

    [Fact]
    public void Check_FilesOfTwoVersionsOfAVolume_AreRefused()
    {
        string folder = _prepared[_prepared.Adapter.Path];
        AsVolume(folder);
        Directory.CreateDirectory(Path.Combine(folder, "..2027"));
        File.Move(Path.Combine(folder, "..2026/adapter_config.json"), Path.Combine(folder, "..2027/adapter_config.json"));
        File.Delete(Path.Combine(folder, "adapter_config.json"));
        File.CreateSymbolicLink(Path.Combine(folder, "adapter_config.json"), "..2027/adapter_config.json");
        var loaded = PreparedCatalogue.Load(_prepared.Path);

        var error = Assert.Throws<CatalogueException>(() => loaded.Experts[0].Adapter!.Check("the adapter"));
        Assert.Contains("another folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_APart_LooksAtThatPartAlone()
    {
        var gates = PreparedCatalogue.Load(_prepared.Path).Gates!;
        Directory.Delete(Path.Combine(gates.Location, "token"), recursive: true);

        Assert.Equal(gates.Location, gates.Check("the request gate", "request/"));
        Assert.Contains("token/small/gate.onnx is missing", Refusal(gates, "token/small/"), StringComparison.Ordinal);
        Assert.Contains("lists no files", Refusal(gates, "token/other/"), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(gates.Location, "request/more.json"), "{}");
        Assert.Contains("request/more.json was not prepared", Refusal(gates, "request/"), StringComparison.Ordinal);
    }

    private static string Refusal(PreparedFolder folder, string below) =>
        Assert.Throws<CatalogueException>(() => folder.Check("the gates", below)).Message;

    private string Refusal() =>
        Assert.Throws<CatalogueException>(() => PreparedCatalogue.Load(_prepared.Path).Bases[0].Folder.Check("base small")).Message;

    private static void AsVolume(string folder)
    {
        var entries = new DirectoryInfo(folder).GetFileSystemInfos();
        string version = Path.Combine(folder, "..2026");
        Directory.CreateDirectory(version);
        File.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026");
        foreach (var entry in entries)
        {
            string target = Path.Combine(version, entry.Name);
            if (entry is DirectoryInfo)
            {
                Directory.Move(entry.FullName, target);
            }
            else
            {
                File.Move(entry.FullName, target);
            }

            File.CreateSymbolicLink(Path.Combine(folder, entry.Name), Path.Combine("..data", entry.Name));
        }
    }
}
