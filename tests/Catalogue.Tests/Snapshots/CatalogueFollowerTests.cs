using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Catalogue.Tests.Snapshots;

public sealed class CatalogueFollowerTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Lines _log = new();
    private CatalogueHolder _holder = null!;
    private CatalogueFollower _follower = null!;

    private string File => _folder[PreparedCatalogue.FileName];

    public async ValueTask InitializeAsync()
    {
        Of("law").Save(_folder.Path);
        var first = PreparedCatalogue.Load(_folder.Path);
        _holder = new CatalogueHolder(new CatalogueSnapshot(1, first));
        _follower = new CatalogueFollower(_holder, new CatalogueReading(new FolderOrigin(_folder.Path), first, Mark: ""), _time, _log);
        await _follower.StartAsync(_cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task Folder_GetsAnotherCatalogue_ItIsTakenOnce()
    {
        Of("law", "tax").Save(_folder.Path);
        await UntilAsync(() => _holder.Current.FindExpert("tax") is not null);

        Assert.Equal(2, _holder.Current.Version);
        await LookAsync(5);
        Assert.Equal(2, _holder.Current.Version);
        Assert.Equal(["Catalogue 2: 1 bases, 2 experts"], _log.Texts);
    }

    [Fact(Timeout = 60_000)]
    public async Task Folder_StaysOrIsWrittenAgainAlike_NothingHappens()
    {
        await LookAsync(3);
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UnixEpoch.AddDays(1));
        await LookAsync(3);

        Assert.Equal(1, _holder.Current.Version);
        Assert.Empty(_log.Texts);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{ half of")]
    [InlineData("{ \"format\": 99 }")]
    [InlineData(null)]
    public async Task File_CannotBeUsed_TheOldOneStaysUntilItIsMended(string? text)
    {
        byte[] good = System.IO.File.ReadAllBytes(File);
        if (text is null)
        {
            System.IO.File.Delete(File);
        }
        else
        {
            System.IO.File.WriteAllText(File, text);
        }

        await LookAsync(4);
        Assert.Equal(1, _holder.Current.Version);
        if (text is not null)
        {
            await UntilAsync(() => !_log.Texts.IsEmpty);
            Assert.StartsWith("A changed catalogue can't be used, 1 stays in use: ", Assert.Single(_log.Texts), StringComparison.Ordinal);
        }

        System.IO.File.WriteAllBytes(File, good);
        Of("law", "tax").Save(_folder.Path);
        await UntilAsync(() => _holder.Current.Version == 2);
    }

    /// <summary>As a Kubernetes volume changes: the folder is a link, and leads to another one from one moment to the next.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Folder_IsALinkThatLeadsElsewhere_IsFollowed()
    {
        using var mount = new TemporaryFolder();
        Directory.CreateDirectory(mount["one"]);
        Directory.CreateDirectory(mount["two"]);
        Of("law").Save(mount["one"]);
        Of("tax").Save(mount["two"]);
        Directory.CreateSymbolicLink(mount["data"], mount["one"]);
        System.IO.File.CreateSymbolicLink(mount[PreparedCatalogue.FileName], Path.Combine("data", PreparedCatalogue.FileName));
        var first = PreparedCatalogue.Load(mount.Path);
        var holder = new CatalogueHolder(new CatalogueSnapshot(1, first));
        using var follower = new CatalogueFollower(holder, new CatalogueReading(new FolderOrigin(mount.Path), first, Mark: ""), _time, _log);
        await follower.StartAsync(_cancellation);

        Directory.Delete(mount["data"]);
        Directory.CreateSymbolicLink(mount["data"], mount["two"]);

        await UntilAsync(() => holder.Current.FindExpert("tax") is not null);
        await follower.StopAsync(CancellationToken.None);
    }

    [Fact(Timeout = 60_000)]
    public async Task Catalogue_ThatAListenerCannotFollow_IsTakenAllTheSame()
    {
        using var listening = Microsoft.Extensions.Primitives.ChangeToken.OnChange(() => _holder.Changed, () => throw new InvalidOperationException("no"));

        Of("tax").Save(_folder.Path);
        await UntilAsync(() => _log.Texts.Count == 2);

        Assert.Equal("Catalogue 2 is not followed by all: no", _log.Texts.Last());
        await LookAsync(3);
        Assert.Equal(2, _holder.Current.Version);
    }

    [Fact(Timeout = 60_000)]
    public async Task Origin_IsAwayForAWhile_IsToldOnceAndFollowedAgainByTheSameMark()
    {
        var first = PreparedCatalogue.Load(_folder.Path);
        var origin = new FakeOrigin();
        var holder = new CatalogueHolder(new CatalogueSnapshot(1, first));
        using var follower = new CatalogueFollower(holder, new CatalogueReading(origin, first, Mark: "one"), _time, _log);
        origin.Next = () => throw new ContentException("the server is away") { RetryHelps = true };
        await follower.StartAsync(_cancellation);

        await UntilAsync(() => origin.Seen.Count >= 3);
        Assert.Equal(["Nobody says what the catalogue is now, 1 stays in use: the server is away"], _log.Texts);
        Assert.All(origin.Seen, seen => Assert.Equal("one", seen));

        using var held = new Held();
        origin.Next = () => new PreparedLook(first with { Seal = "two", Experts = [] }, "two", held);
        await UntilAsync(() => _log.Texts.Count == 3);
        Assert.Equal("The catalogue is followed again", _log.Texts.Last());
        Assert.Empty(holder.Current.Experts);
        Assert.True(held.IsDisposed);

        // What is there can't be used: it is looked at whatever its mark says.
        origin.Next = () => throw new CatalogueException("not a catalogue");
        await UntilAsync(() => origin.Seen.Contains(""));
        Assert.Equal(2, holder.Current.Version);
        await follower.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _follower.StopAsync(CancellationToken.None);
        _follower.Dispose();
        _folder.Dispose();
    }

    private static PreparedCatalogue Of(params string[] experts) => new()
    {
        Bases = [new PreparedBase("small", PreparedFolder.Of(PreparedFolder.Bases, [new PreparedFile("a", 1, new string('0', 64))]), HasTokenGate: false)],
        Experts = [.. experts.Select(e => new PreparedExpert { Name = e, Base = "small" })],
    };

    private async Task LookAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _cancellation.ThrowIfCancellationRequested();
            await LookAsync(1);
        }
    }

    private sealed class FakeOrigin : IPreparedOrigin
    {
        public TimeSpan Period => TimeSpan.FromSeconds(1);

        public Func<PreparedLook?> Next { get; set; } = () => null;

        public ConcurrentQueue<string> Seen { get; } = new();

        public Task<PreparedLook?> LookAsync(string seen, CancellationToken cancellation)
        {
            Seen.Enqueue(seen);
            return Task.FromResult(Next());
        }
    }

    private sealed class Held : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Lines : ILogger<CatalogueFollower>
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Texts.Enqueue(formatter(state, exception));
    }
}
