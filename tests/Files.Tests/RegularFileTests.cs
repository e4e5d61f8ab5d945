using System.Text;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Files.Tests;

/// <summary>None of these may wait: a FIFO that is opened as a file is waits for ever.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Special => new()
    {
        { "fifo", "is no regular file but a FIFO" },
        { "socket", "is no regular file but a socket" },
        { "folder", "is no regular file but a folder" },
        { "device", "is no regular file but a device" },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Special))]
    public Task Open_WhatIsNoFile_IsRefusedByItsKind(string kind, string problem) => Task.Run(() =>
    {
        string path = _folder["config.json"];
        SpecialFile.Put(path, kind);

        var error = Assert.Throws<FileRefusedException>(() => RegularFile.Open(path));

        Assert.Equal($"{path} {problem}", error.Message);
        Assert.Equal(problem, error.Problem);
        Assert.False(RegularFile.Exists(path));
        Assert.Throws<FileRefusedException>(() => RegularFile.ReadAllBytes(path, 10));
        Assert.Throws<FileRefusedException>(() => RegularFile.ReadLines(path).Count());
    });

    /// <summary>As a volume of Kubernetes has its files.</summary>
    [Theory(Timeout = 10_000)]
    [InlineData("fifo")]
    [InlineData("file")]
    public Task Open_Link_IsWhatItLeadsTo(string kind) => Task.Run(() =>
    {
        File.WriteAllText(_folder["real"], "text");
        if (kind != "file")
        {
            SpecialFile.Put(_folder["real"], kind);
        }

        File.CreateSymbolicLink(_folder["link"], "real");

        if (kind == "file")
        {
            Assert.Equal("text", RegularFile.ReadAllText(_folder["link"], 4));
        }
        else
        {
            Assert.Throws<FileRefusedException>(() => RegularFile.ReadAllText(_folder["link"], 4));
        }
    });

    [Theory]
    [InlineData("a\0b", "holds the character NUL")]
    [InlineData("\0", "holds the character NUL")]
    [InlineData("", "is empty")]
    public void Open_WhatIsNoPath_IsRefusedInOneLine(string path, string problem)
    {
        var error = Assert.Throws<FileRefusedException>(() => RegularFile.OpenHandle(path));

        Assert.EndsWith(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', error.Message);
        Assert.False(RegularFile.Exists(path));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("file/below")]
    public void Open_Nothing_IsNotFound(string name)
    {
        File.WriteAllText(_folder["file"], "");

        var error = Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder[name]));

        Assert.Equal($"{_folder[name]} does not exist", error.Message);
    }

    [Fact]
    public void Open_FileThatMayNotBeRead_SaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may read all files");
        File.WriteAllText(_folder["file"], "");
        Tool.Run("chmod", ["0", _folder["file"]]);

        Assert.Equal($"{_folder["file"]} can't be read: permission denied", Assert.Throws<UnauthorizedAccessException>(() => RegularFile.Open(_folder["file"])).Message);
    }

    [Fact]
    public void Open_CircleOfLinks_SaysSo()
    {
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");

        Assert.Contains("can't be opened: ", Assert.ThrowsAny<IOException>(() => RegularFile.Open(_folder["a"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4097)]
    public void ReadAllBytes_ToTheLimit_IsWhole(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        File.WriteAllBytes(_folder["file"], bytes);

        Assert.Equal(bytes, RegularFile.ReadAllBytes(_folder["file"], length));
        Assert.Equal(bytes, RegularFile.ReadAllBytes(_folder["file"], length + 1));
        if (length > 0)
        {
            Assert.Equal($"has {length} bytes; at most {length - 1} are read", Assert.Throws<FileRefusedException>(() => RegularFile.ReadAllBytes(_folder["file"], length - 1)).Problem);
        }
    }

    /// <summary>A regular file that tells a length of 0, and is longer.</summary>
    [Fact]
    public void ReadAllBytes_FileThatTellsNoLength_IsReadToItsEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it has files of that kind");

        Assert.Equal(File.ReadAllBytes("/proc/self/status")[..5], RegularFile.ReadAllBytes("/proc/self/status", 1 << 20)[..5]);
        Assert.Equal("has more than 9 bytes", Assert.Throws<FileRefusedException>(() => RegularFile.ReadAllBytes("/proc/self/status", 9)).Problem);
    }

    [Fact]
    public async Task Open_Stream_ReadsAndSeeksBothWays()
    {
        File.WriteAllText(_folder["file"], "0123456789");
        await using var stream = RegularFile.Open(_folder["file"], bufferBytes: 0);
        byte[] bytes = new byte[4];

        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        stream.Position = 6;
        stream.ReadExactly(bytes);

        Assert.Equal((10, "6789"), (stream.Length, Encoding.ASCII.GetString(bytes)));
        Assert.False(stream.CanWrite);
    }

    [Fact]
    public void ReadAllText_ByteOrderMark_IsLeftOut()
    {
        File.WriteAllText(_folder["file"], "é", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("é", RegularFile.ReadAllText(_folder["file"], 10));
        Assert.Equal(["é"], RegularFile.ReadLines(_folder["file"]));
    }
}
