using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Store;

[Collection(nameof(Alone))]
public sealed class ModelStoreTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 3_000_000)]
    [InlineData(false, false, 3_000_000)]
    public async Task Get_NewContent_IsFetchedOnceAndGivenOutFromThenOn(bool known, bool sized, int bytes)
    {
        var content = new Content(bytes);
        using (var first = await _folder.Open().GetAsync(content.Ask(known, sized), _cancellation))
        {
            Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(first.Path, _cancellation));
            Assert.Equal((content.Sha256, content.Bytes.Length), (first.Sha256, first.Bytes));
        }

        using var again = await _folder.Open().GetAsync(content.Ask(known, sized), _cancellation);

        Assert.Equal(content.Sha256, again.Sha256);
        Assert.Equal(1, content.Opened);
        Assert.Equal([content.Sha256], _folder.Objects);
        Assert.Empty(_folder.Partials);
    }

    [Fact]
    public async Task Get_OneContentByTwoKeys_IsOneFile()
    {
        var content = new Content(1000);
        var store = _folder.Open();

        using var one = await store.GetAsync(content.Ask(known: false, key: "one"), _cancellation);
        using var other = await store.GetAsync(content.Ask(known: false, key: "other"), _cancellation);

        Assert.Equal(one.Path, other.Path);
        Assert.Equal([content.Sha256], _folder.Objects);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_OtherContentThanTheDigestSays_IsRefusedAndNotThere(bool sized)
    {
        var content = new Content(1000);
        var wrong = new Content(1000, seed: 2);
        content.Instead = (_, _) => Task.FromResult(wrong.From(0));

        var error = await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(content.Ask(sized: sized), _cancellation));

        Assert.Contains($"has the digest {wrong.Sha256} instead of {content.Sha256}", error.Message, StringComparison.Ordinal);
        Assert.False(error.RetryHelps);
        Assert.Empty(_folder.Objects);
        Assert.Empty(_folder.Partials);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    public async Task Get_OtherSizeThanTheListSays_IsRefusedBeforeABytesIsRead(int bytes)
    {
        var content = new Content(1000);
        content.Instead = (_, _) => Task.FromResult(new ContentBody(new UnreadableStream(), null, 0, bytes, null));

        var error = await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(content.Ask(), _cancellation));

        Assert.Contains($"the server has {bytes} bytes of it; they should be 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_MoreBytesThanTheServerSaid_StopsThere()
    {
        var content = new Content(1000);
        var more = new Content(1 << 20);
        content.Instead = (_, _) => Task.FromResult(new ContentBody(new MemoryStream(more.Bytes), null, 0, 1000, null));

        var error = await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(content.Ask(known: false, sized: false), _cancellation));

        Assert.Contains("sends more than the 1000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Objects);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(1000)]
    public async Task Get_FileThatChangedOnTheDisk_IsFetchedAgain(int cut)
    {
        var content = new Content(1000);
        (await _folder.Open().GetAsync(content.Ask(known: false), _cancellation)).Dispose();
        byte[] changed = [.. content.Bytes[..cut]];
        if (cut == content.Bytes.Length)
        {
            changed[7] ^= 1;
        }

        await File.WriteAllBytesAsync(_folder.ObjectPath(content.Sha256), changed, _cancellation);

        using var file = await _folder.Open().GetAsync(content.Ask(known: false), _cancellation);

        Assert.Equal(content.Bytes, await File.ReadAllBytesAsync(file.Path, _cancellation));
        Assert.Equal(2, content.Opened);
    }

    [Fact]
    public async Task Get_FolderThatIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(_folder.Options.Folder, "", _cancellation);

        Assert.Contains(_folder.Options.Folder, Assert.Throws<ContentException>(() => _folder.Open()).Message, StringComparison.Ordinal);
    }

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("read");
    }
}
