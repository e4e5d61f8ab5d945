using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;

namespace ExpertCluster.Catalogue.Tests.Store;

/// <summary>Fetches that broke, and what the next one makes of what they left.</summary>
[Collection(nameof(Alone))]
public sealed class BrokenFetchTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly StoreFolder _folder = new();
    private readonly Content _content = new(3_000_000);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Get_AfterABrokenFetch_GoesOnFromThere(bool known, bool validated)
    {
        _content.Validator = validated ? "\"1\"" : null;
        await BreakAsync(1_200_000, known);
        Assert.Empty(_folder.Objects);

        using var file = await _folder.Open().GetAsync(_content.Ask(known), _cancellation);

        Assert.Equal(new ContentStart(1_200_000, _content.Validator), _content.Starts[^1]);
        Assert.Equal(_content.Bytes, await File.ReadAllBytesAsync(file.Path, _cancellation));
        Assert.Empty(_folder.Partials);
    }

    [Fact]
    public async Task Get_AfterABrokenFetchOfContentWithoutAName_BeginsAnew()
    {
        _content.Validator = null;
        await BreakAsync(1_200_000, known: false);

        using var file = await _folder.Open().GetAsync(_content.Ask(known: false), _cancellation);

        Assert.Equal(new ContentStart(0, null), _content.Starts[^1]);
    }

    [Fact]
    public async Task Get_ServerSendsAllOfItInsteadOfTheRest_IsWhole()
    {
        await BreakAsync(1_200_000, known: false);
        _content.Instead = (_, _) => Task.FromResult(_content.From(0));

        using var file = await _folder.Open().GetAsync(_content.Ask(known: false), _cancellation);

        Assert.Equal(_content.Bytes, await File.ReadAllBytesAsync(file.Path, _cancellation));
    }

    [Fact]
    public async Task Get_ServerSendsFromAnotherPlace_IsRefused()
    {
        await BreakAsync(1_200_000, known: true);
        _content.Instead = (_, _) => Task.FromResult(_content.From(1_100_000));

        var error = await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(_content.Ask(), _cancellation));

        Assert.Contains("from 1100000 on where those from 1200000 on were asked for", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ServerSendsTheRestOfAnotherContent_BeginsAnewTheNextTime()
    {
        await BreakAsync(1_200_000, known: false);
        _content.Validator = "\"2\"";
        var store = _folder.Open();

        Assert.True((await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(_content.Ask(known: false), _cancellation))).RetryHelps);
        using var file = await store.GetAsync(_content.Ask(known: false), _cancellation);

        Assert.Equal(0, _content.Starts[^1].Offset);
        Assert.Equal(_content.Bytes, await File.ReadAllBytesAsync(file.Path, _cancellation));
    }

    [Fact]
    public async Task Get_PartThatChangedOnTheDisk_IsToldAndBegunAnewTheNextTime()
    {
        await BreakAsync(1_200_000, known: true);
        string part = Directory.GetFiles(Path.Combine(_folder.Options.Folder, "partial"), "*.part").Single();
        byte[] bytes = await File.ReadAllBytesAsync(part, _cancellation);
        bytes[5] ^= 1;
        await File.WriteAllBytesAsync(part, bytes, _cancellation);
        var store = _folder.Open();

        Assert.True((await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(_content.Ask(), _cancellation))).RetryHelps);
        using var file = await store.GetAsync(_content.Ask(), _cancellation);

        Assert.Equal(0, _content.Starts[^1].Offset);
    }

    [Fact]
    public async Task Get_PartThatIsWhole_AsksNobody()
    {
        await BreakAsync(1_200_000, known: true);
        string part = Directory.GetFiles(Path.Combine(_folder.Options.Folder, "partial"), "*.part").Single();
        await File.WriteAllBytesAsync(part, _content.Bytes, _cancellation);

        using var file = await _folder.Open().GetAsync(_content.Ask(), _cancellation);

        Assert.Equal(1, _content.Opened);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("null")]
    public async Task Get_NoteThatSaysNothing_BeginsAnew(string note)
    {
        await BreakAsync(1_200_000, known: false);
        await File.WriteAllTextAsync(Directory.GetFiles(Path.Combine(_folder.Options.Folder, "partial"), "*.json").Single(), note, _cancellation);

        using var file = await _folder.Open().GetAsync(_content.Ask(known: false), _cancellation);

        Assert.Equal(0, _content.Starts[^1].Offset);
    }

    [Theory]
    [InlineData(64, 1 << 30, 3)]
    [InlineData(2, 1 << 30, 2)]
    [InlineData(64, 2_500_000, 2)]
    [InlineData(64, 500_000, 0)]
    public async Task Get_ManyBrokenFetches_NoMoreAreKeptThanTheBoundsSay(int files, long bytes, int kept)
    {
        var store = new ModelStore(_folder.Options with { MaxPartials = files, MaxPartialBytes = bytes }, _folder.Time);
        for (int seed = 10; seed < 13; seed++)
        {
            var content = new Content(3_000_000, seed);
            content.Instead = (_, _) => Task.FromResult(content.From(0, 1_200_000));
            await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(content.Ask(), _cancellation));
        }

        Assert.Equal(kept, _folder.Partials.Count(name => name.EndsWith(".part", StringComparison.Ordinal)));
        Assert.Equal(kept * 3, _folder.Partials.Count());
    }

    [Fact]
    public async Task Get_NoRoom_HalvesGoBeforeWholeFiles()
    {
        using var tight = new StoreFolder(maxBytes: 8_000_000);
        var store = tight.Open();
        var whole = new Content(3_000_000, seed: 20);
        (await store.GetAsync(whole.Ask(), _cancellation)).Dispose();
        _content.Instead = (_, _) => Task.FromResult(_content.From(0, 1_500_000));
        await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(_content.Ask(), _cancellation));
        Assert.NotEmpty(tight.Partials);

        using var file = await store.GetAsync(new Content(4_000_000, seed: 21).Ask(), _cancellation);

        Assert.Contains(whole.Sha256, tight.Objects);
        Assert.Empty(tight.Partials);
    }

    private async Task BreakAsync(int after, bool known)
    {
        _content.Instead = (start, _) => Task.FromResult(_content.From(start.Offset, after));
        await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(_content.Ask(known), _cancellation));
        _content.Instead = null;
    }
}
