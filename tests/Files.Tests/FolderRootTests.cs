namespace ExpertCluster.Files.Tests;

public sealed class FolderRootTests
{
    [Theory]
    [InlineData("/cache/models--a--b/snapshots/abc", "/cache/models--a--b")]
    [InlineData("/cache/models--a--b/snapshots/abc/adapter/deep", "/cache/models--a--b")]
    [InlineData("/cache/models--a--b/snapshots", "/cache/models--a--b/snapshots")]
    [InlineData("/cache/models--a--b/blobs", "/cache/models--a--b/blobs")]
    [InlineData("/cache/a/snapshots/abc", "/cache/a/snapshots/abc")]
    [InlineData("/snapshots/abc", "/snapshots/abc")]
    [InlineData("/a", "/a")]
    [InlineData("/", "/")]
    public void Of_Folder_IsTheModelOfTheCacheOrItself(string folder, string expected) => Assert.Equal(expected, FolderRoot.Of(folder));

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid", true)]
    [InlineData("version https://hawser.github.com/spec/v1\noid", true)]
    [InlineData("version https://git-lfs.github.com/spe", false)]
    [InlineData("{}", false)]
    [InlineData("", false)]
    public void Is_StartOfAFile_TellsAPointer(string start, bool expected) => Assert.Equal(expected, LfsPointer.Is(System.Text.Encoding.UTF8.GetBytes(start)));
}
