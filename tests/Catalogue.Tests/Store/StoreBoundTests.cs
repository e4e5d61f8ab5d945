using System.Diagnostics;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Store;

/// <summary>What goes when room is needed, and what never does. The store holds 4 MiB here.</summary>
[Collection(nameof(Alone))]
public sealed class StoreBoundTests : IDisposable
{
    private const int Mebibyte = 1 << 20;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly StoreFolder _folder = new(maxBytes: 4 * Mebibyte);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_MoreThanTheBound_IsRefusedByTheLimitsNameAndNothingGoes(bool sized)
    {
        var store = _folder.Open();
        var small = new Content(Mebibyte);
        (await store.GetAsync(small.Ask(), _cancellation)).Dispose();

        var error = await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(new Content((4 * Mebibyte) + 1, seed: 2).Ask(sized: sized), _cancellation));

        Assert.Contains("EXPERTCLUSTER_STORE_BYTES", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{4 * Mebibyte}", error.Message, StringComparison.Ordinal);
        Assert.False(error.RetryHelps);
        Assert.Equal([small.Sha256], _folder.Objects);
        Assert.Empty(_folder.Partials);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(4 * Mebibyte, true)]
    [InlineData((4 * Mebibyte) + 1, false)]
    public async Task Get_SizeThatNobodySays_IsTakenAsLongAsItFits(int bytes, bool fits)
    {
        var content = new Content(bytes);
        content.Instead = (_, _) => Task.FromResult(new ContentBody(new MemoryStream(content.Bytes), null, 0, null, null));
        var fetch = _folder.Open().GetAsync(content.Ask(known: false, sized: false), _cancellation);

        if (fits)
        {
            (await fetch).Dispose();
        }
        else
        {
            Assert.Contains("EXPERTCLUSTER_STORE_BYTES", (await Assert.ThrowsAsync<ContentException>(() => fetch)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(fits ? [content.Sha256] : [], _folder.Objects);
        Assert.Empty(_folder.Partials);
    }

    [Fact]
    public async Task Get_NoRoom_WhatWasUsedLeastRecentlyGoes()
    {
        var store = _folder.Open();
        Content[] contents = [.. Enumerable.Range(1, 5).Select(seed => new Content(Mebibyte, seed))];
        foreach (var content in contents[..4])
        {
            _folder.Time.Advance(TimeSpan.FromMinutes(1));
            (await store.GetAsync(content.Ask(), _cancellation)).Dispose();
        }

        // The first is used again, so the second is the oldest.
        _folder.Time.Advance(TimeSpan.FromMinutes(1));
        (await store.GetAsync(contents[0].Ask(), _cancellation)).Dispose();
        (await store.GetAsync(contents[4].Ask(), _cancellation)).Dispose();

        Assert.Equal(new[] { 0, 2, 3, 4 }.Select(at => contents[at].Sha256).Order(), _folder.Objects);
        Assert.False(File.Exists(_folder.LeasePath(contents[1].Sha256)));
    }

    [Fact]
    public async Task Get_NoRoomAndOldestInUse_TheNextOldestGoes()
    {
        Content[] contents = [.. Enumerable.Range(1, 5).Select(seed => new Content(Mebibyte, seed))];
        var store = _folder.Open();

        // Held through another store: another process of this host.
        using var held = await _folder.Open().GetAsync(contents[0].Ask(), _cancellation);
        foreach (var content in contents[1..])
        {
            _folder.Time.Advance(TimeSpan.FromMinutes(1));
            (await store.GetAsync(content.Ask(), _cancellation)).Dispose();
        }

        Assert.Equal(new[] { 0, 2, 3, 4 }.Select(at => contents[at].Sha256).Order(), _folder.Objects);
        Assert.Equal(contents[0].Bytes, await File.ReadAllBytesAsync(held.Path, _cancellation));
    }

    [Fact]
    public async Task Get_AllInUse_IsRefusedAndServedWhenSomethingIsFree()
    {
        var store = _folder.Open();
        Content[] contents = [.. Enumerable.Range(1, 5).Select(seed => new Content(Mebibyte, seed))];
        List<StoredFile> held = [];
        foreach (var content in contents[..4])
        {
            held.Add(await store.GetAsync(content.Ask(), _cancellation));
        }

        var error = await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(contents[4].Ask(), _cancellation));
        Assert.Contains($"{4 * Mebibyte} of it are in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("EXPERTCLUSTER_STORE_BYTES", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, _folder.Objects.Count());

        held[2].Dispose();
        using var file = await store.GetAsync(contents[4].Ask(), _cancellation);
        Assert.DoesNotContain(contents[2].Sha256, _folder.Objects);
        held.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Get_HeldByAnotherProgramThatIsKilled_IsFreeAgain()
    {
        var store = _folder.Open();
        Content[] contents = [.. Enumerable.Range(1, 2).Select(seed => new Content(3 * Mebibyte, seed))];
        (await store.GetAsync(contents[0].Ask(), _cancellation)).Dispose();
        using var other = Process.Start(new ProcessStartInfo("flock", ["--shared", "--no-fork", _folder.LeasePath(contents[0].Sha256), "sh", "-c", "echo held; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(_cancellation));
        await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(contents[1].Ask(), _cancellation));

        other.Kill();
        await other.WaitForExitAsync(_cancellation);

        using var file = await store.GetAsync(contents[1].Ask(), _cancellation);
        Assert.Equal([contents[1].Sha256], _folder.Objects);
    }

    [Fact]
    public async Task Get_TwoAtOnceThatDontFitTogether_OneIsRefusedBeforeItsBytesCome()
    {
        var store = _folder.Open();
        var opened = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var slow = new Content(3 * Mebibyte);
        slow.Instead = async (_, cancellation) =>
        {
            var body = new ContentBody(new GatedStream(slow.Bytes, opened, go.Task), null, 0, slow.Bytes.Length, null);
            return await Task.FromResult(body).WaitAsync(cancellation);
        };
        var first = store.GetAsync(slow.Ask(), _cancellation);
        await opened.Task.WaitAsync(_cancellation);

        var error = await Assert.ThrowsAsync<ContentException>(() => _folder.Open().GetAsync(new Content(2 * Mebibyte, seed: 2).Ask(), _cancellation));

        Assert.True(error.RetryHelps);
        go.SetResult();
        (await first).Dispose();
    }

    [Fact]
    public async Task Get_ManyAtOnceOfSizesThatNobodySays_NoneKeepsRoomFromTheOthers()
    {
        var store = _folder.Open();
        var go = new TaskCompletionSource();
        List<(TaskCompletionSource Opened, Task<StoredFile> Fetch)> all = [];
        for (int seed = 1; seed <= 8; seed++)
        {
            var content = new Content(100_000, seed);
            var opened = new TaskCompletionSource();
            content.Instead = (_, _) => Task.FromResult(new ContentBody(new GatedStream(content.Bytes, opened, go.Task), null, 0, null, null));
            all.Add((opened, store.GetAsync(content.Ask(known: false, sized: false), _cancellation)));
            await (await Task.WhenAny(opened.Task, all[^1].Fetch)).WaitAsync(_cancellation);
        }

        go.SetResult();

        foreach (var (_, fetch) in all)
        {
            (await fetch).Dispose();
        }
    }

    [Fact]
    public async Task Get_DiskFull_FailsWithOneSentenceAndHeals()
    {
        string disk = Directory.CreateDirectory(Path.Combine(_folder.Path, "disk")).FullName;
        var (code, _, why) = await Tool.TryAsync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], cancellationToken: _cancellation);
        Assert.SkipUnless(code == 0, $"mounting is not permitted here: {why}");
        try
        {
            var store = new ModelStore(new ModelStoreOptions { Folder = Path.Combine(disk, "store") }, _folder.Time);
            var small = new Content(Mebibyte / 2, seed: 2);
            (await store.GetAsync(small.Ask(), _cancellation)).Dispose();
            string other = Path.Combine(disk, "other");
            await File.WriteAllBytesAsync(other, new byte[Mebibyte], _cancellation);
            var content = new Content(Mebibyte);

            var error = await Assert.ThrowsAsync<ContentException>(() => store.GetAsync(content.Ask(), _cancellation));
            Assert.Equal($"test://{content.Sha256[..8]}: the disk of the model store {disk}/store is full", error.Message);
            Assert.Equal([small.Sha256], Directory.GetFiles(Path.Combine(disk, "store", "objects")).Select(Path.GetFileName));
            Assert.Empty(Directory.GetFiles(Path.Combine(disk, "store", "partial")));

            // What is there is given out all the same.
            (await store.GetAsync(small.Ask(), _cancellation)).Dispose();
            File.Delete(other);
            using var file = await store.GetAsync(content.Ask(), _cancellation);
            Assert.Equal(1 + 1, content.Opened);
        }
        finally
        {
            await Tool.RunAsync("umount", ["-l", disk], cancellationToken: CancellationToken.None);
        }
    }

    private sealed class GatedStream(byte[] bytes, TaskCompletionSource opened, Task go) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            opened.TrySetResult();
            await go.WaitAsync(cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
