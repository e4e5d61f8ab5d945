using ExpertCluster.TestSupport;

namespace ExpertCluster.Files.Tests;

public sealed class FolderFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FileThatIsThere_IsWhatItHoldsNow()
    {
        var files = FolderFiles.Of(_folder["a.json"]);
        Assert.Null(files.Read("a.json", 10));

        File.WriteAllText(_folder["a.json"], "one");
        Assert.Equal("one"u8.ToArray(), files.Read("a.json", 10));

        File.WriteAllText(_folder["a.json"], "two");
        Assert.Equal("two"u8.ToArray(), files.Read("a.json", 10));
        Assert.Equal(_folder["a.json"], files.Describe("a.json"));
    }

    [Fact]
    public void Read_WhatIsNoFileOrTooLarge_IsRefused()
    {
        var files = new FolderFiles(_folder.Path);
        Directory.CreateDirectory(_folder["folder"]);
        File.WriteAllText(_folder["large"], "12345");

        Assert.Equal("is no regular file but a folder", Assert.Throws<FileRefusedException>(() => files.Read("folder", 10)).Problem);
        Assert.Contains("at most 4", Assert.Throws<FileRefusedException>(() => files.Read("large", 4)).Problem, StringComparison.Ordinal);
    }
}
