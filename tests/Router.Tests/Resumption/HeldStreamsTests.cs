using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Resumption;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Resumption;

/// <summary>What is held, for how long, and who gets what. Streams are written by hand.</summary>
public sealed class HeldStreamsTests : IDisposable
{
    private static readonly RouterOptions Options = new() { HeldStreamLimit = 3, HeldStreamBytes = 65_536, HeldBytes = 100_000, HeldSeconds = 60, HeldAloneSeconds = 30 };

    private readonly ManualTime _time = new() { Early = TimeSpan.FromMilliseconds(1) };
    private readonly HeldStreams _held;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public HeldStreamsTests() => _held = new HeldStreams(Options, new HeldMetrics(), _time, NullLogger<HeldStreams>.Instance);

    public void Dispose() => _held.Dispose();

    [Fact]
    public async Task Read_ReaderFollowsFromTheStart_GetsEachEventOnceAndTheEnd()
    {
        var pen = new Pen();
        using var reader = _held.Begin("a", "stream", pen.WriteAsync);

        await pen.AddAsync("1");
        Assert.Equal("1", await NextAsync(reader));
        await pen.AddAsync("2");
        await pen.AddAsync("3");
        Assert.Equal("23", await NextAsync(reader));
        pen.End();

        Assert.Equal("", await NextAsync(reader));
    }

    [Fact]
    public async Task Follow_FirstReaderHasLeft_TheRestComesFromEventK()
    {
        var pen = new Pen();
        using (var first = _held.Begin("a", "stream", pen.WriteAsync))
        {
            await pen.AddAsync("1");
            Assert.Equal("1", await NextAsync(first));
        }

        await pen.AddAsync("2");
        await pen.AddAsync("3");
        using var back = _held.Find("a")!.Follow(new StreamPlace(1, InBytes: false, "starting_after"));
        pen.End();

        Assert.Equal("23", await RestAsync(back));
        Assert.False(pen.Stream.Cancellation.IsCancellationRequested);
    }

    /// <summary>Who counts bytes may have half of a character.</summary>
    [Theory]
    [InlineData(0, "aéz")]
    [InlineData(1, "éz")]
    [InlineData(3, "z")]
    [InlineData(4, "")]
    public async Task Follow_PlaceInBytes_GoesOnThere(int bytes, string rest)
    {
        var pen = new Pen();
        using var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("aé");
        await pen.AddAsync("z");
        pen.End();

        using var back = _held.Find("a")!.Follow(new StreamPlace(bytes, InBytes: true, "from"));

        Assert.Equal(rest, await RestAsync(back));
    }

    [Fact]
    public async Task Follow_MiddleOfACharacter_BothPartsAreTheWhole()
    {
        var pen = new Pen();
        using var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("aé");
        pen.End();

        using var back = _held.Find("a")!.Follow(new StreamPlace(2, InBytes: true, "from"));

        byte[] rest = [.. (await back.ReadAsync(_cancellation)).SelectMany(e => e.ToArray())];
        Assert.Equal("aé", Encoding.UTF8.GetString([.. Encoding.UTF8.GetBytes("aé")[..2], .. rest]));
    }

    [Theory]
    [InlineData(2, false, "starting_after is 2; the stream has 1 events so far")]
    [InlineData(3, true, "from is 3; the stream has 2 bytes so far")]
    public async Task Follow_PlaceThatIsNotThereYet_NamesIt(int count, bool inBytes, string message)
    {
        var pen = new Pen();
        using var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("é");

        var error = Assert.Throws<RequestFailedException>(() => _held.Find("a")!.Follow(new StreamPlace(count, inBytes, inBytes ? "from" : "starting_after")));

        Assert.Equal((FailureKind.InvalidArgument, message), (error.Failure.Kind, error.Failure.Message));
        pen.End();
    }

    /// <summary>One that reads nothing holds up neither the stream nor others.</summary>
    [Fact]
    public async Task Read_TwoReadersOneSlow_EachGetsAllAtItsPace()
    {
        var pen = new Pen();
        using var slow = _held.Begin("a", "stream", pen.WriteAsync);
        using var fast = _held.Find("a")!.Follow(StreamPlace.Start);
        var all = new StringBuilder();
        for (int i = 0; i < 100; i++)
        {
            await pen.AddAsync($"{i} ");
            all.Append(await NextAsync(fast));
        }

        pen.End();

        Assert.Equal(all.ToString(), await RestAsync(slow));
        Assert.Equal("", await NextAsync(fast));
    }

    [Fact]
    public void Follow_TooManyReaders_IsOverloaded()
    {
        var pen = new Pen();
        using var first = _held.Begin("a", "stream", pen.WriteAsync);
        HeldReader[] readers = [.. Enumerable.Range(1, HeldStream.MostReaders - 1).Select(_ => first.Stream.Follow(StreamPlace.Start))];

        Assert.Equal(FailureKind.Overloaded, Assert.Throws<RequestFailedException>(() => first.Stream.Follow(StreamPlace.Start)).Failure.Kind);

        readers[0].Dispose();
        readers[0].Dispose();
        first.Stream.Follow(StreamPlace.Start).Dispose();
        pen.End();
    }

    [Fact]
    public async Task Alone_ForTheWholeTime_ItsGenerationEndsAndWhatCameIsKept()
    {
        var pen = new Pen();
        var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("1");
        first.Dispose();

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(pen.Stream.Cancellation.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(pen.Stream.Cancellation.IsCancellationRequested);
        Assert.StartsWith("nobody listened for 30 seconds", pen.Stream.Cut!.Message, StringComparison.Ordinal);
        await pen.AddAsync("cut");
        pen.End();
        using var back = _held.Find("a")!.Follow(StreamPlace.Start);
        Assert.Equal("1cut", await RestAsync(back));
    }

    /// <summary>As a system's timers may.</summary>
    [Fact]
    public async Task Alone_TimerThatCallsTooEarly_ItsGenerationEndsAllTheSame()
    {
        var pen = new Pen();
        _held.Begin("a", "stream", pen.WriteAsync).Dispose();
        await pen.AddAsync("1");

        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(0.5));
        Assert.False(pen.Stream.Cancellation.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(pen.Stream.Cancellation.IsCancellationRequested);
        pen.End();
    }

    [Fact]
    public async Task Alone_SomebodyComesBackOrAsks_TheTimeBeginsAnew()
    {
        var pen = new Pen();
        _held.Begin("a", "stream", pen.WriteAsync).Dispose();
        await pen.AddAsync("1");
        _time.Advance(TimeSpan.FromSeconds(29));
        _held.Touch(pen.Stream);
        _time.Advance(TimeSpan.FromSeconds(29));
        using (_held.Find("a")!.Follow(StreamPlace.Start))
        {
            _time.Advance(TimeSpan.FromSeconds(300));
        }

        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.False(pen.Stream.Cancellation.IsCancellationRequested);
        pen.End();
    }

    [Fact]
    public async Task Ended_ForItsTime_IsThereAndThenNoMore()
    {
        var pen = new Pen();
        var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("1");
        pen.End();
        Assert.Equal("1", await RestAsync(first));
        first.Dispose();

        _time.Advance(TimeSpan.FromSeconds(59));
        using (var back = _held.Find("a")!.Follow(StreamPlace.Start))
        {
            // Who reads when its time is over gets it all.
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(_held.Find("a"));
            Assert.Equal("1", await RestAsync(back));
        }

        Assert.Equal(0, _held.Bytes);
    }

    [Fact]
    public async Task Add_MoreThanAStreamMayHave_GoesOnForItsReaderAlone()
    {
        var pen = new Pen();
        using var first = _held.Begin("a", "stream", pen.WriteAsync);
        string part = new('x', 40_000);
        await pen.AddAsync(part);
        await pen.AddAsync(part);

        var error = Assert.Throws<RequestFailedException>(() => first.Stream.Follow(StreamPlace.Start));

        Assert.Equal(FailureKind.Gone, error.Failure.Kind);
        Assert.Contains("65536 bytes of a stream are kept (ExpertCluster:Router:HeldStreamBytes)", error.Message, StringComparison.Ordinal);
        Assert.Equal(80_000, (await NextAsync(first)).Length);
        await pen.AddAsync("end");
        Assert.Equal("end", await NextAsync(first));
        Assert.Equal(0, _held.Bytes);
        pen.End();
        Assert.Equal("", await NextAsync(first));
    }

    /// <summary>Like any other stream from then on: it waits for its reader, and ends with it.</summary>
    [Fact]
    public async Task Add_NotKeptAndTheReaderLags_Waits()
    {
        var pen = new Pen();
        var first = _held.Begin("a", "stream", pen.WriteAsync);
        string part = new('x', 60_000);
        await pen.StartedAsync();
        Task[] adds = [.. Enumerable.Range(0, 6).Select(_ => pen.AddAsync(part))];

        Assert.Equal(4, adds.Count(a => a.IsCompleted));
        await NextAsync(first);
        await NextAsync(first);
        await Task.WhenAll(adds);
        first.Dispose();

        Assert.True(pen.Stream.Cancellation.IsCancellationRequested);
        pen.End();
    }

    [Fact]
    public async Task Add_NobodyListensWhenItsRoomIsUsedUp_EndsAtOnce()
    {
        var pen = new Pen();
        _held.Begin("a", "stream", pen.WriteAsync).Dispose();
        await pen.AddAsync(new string('x', 70_000));

        Assert.True(pen.Stream.Cancellation.IsCancellationRequested);
        pen.End();
        Assert.Equal(FailureKind.Gone, Assert.Throws<RequestFailedException>(() => _held.Find("a")!.Follow(StreamPlace.Start)).Failure.Kind);
        Assert.Equal(0, _held.Bytes);
    }

    [Fact]
    public async Task Add_NoRoomInAll_WhatHasEndedGoesFirst()
    {
        await EndedAsync("old", 40_000);
        await EndedAsync("new", 40_000);
        var pen = new Pen();
        using var reader = _held.Begin("a", "stream", pen.WriteAsync);

        await pen.AddAsync(new string('x', 50_000));

        Assert.Null(_held.Find("old"));
        Assert.NotNull(_held.Find("new"));
        Assert.False(reader.Stream.IsLost);
        Assert.Equal(90_000, _held.Bytes);
        pen.End();
    }

    [Fact]
    public async Task Add_NoRoomInAllAndAllRun_IsNotKept()
    {
        var (one, other) = (new Pen(), new Pen());
        using var first = _held.Begin("a", "stream", one.WriteAsync);
        using var second = _held.Begin("b", "stream", other.WriteAsync);
        await one.AddAsync(new string('x', 60_000));
        await other.AddAsync(new string('x', 60_000));

        Assert.False(first.Stream.IsLost);
        var error = Assert.Throws<RequestFailedException>(() => second.Stream.Follow(StreamPlace.Start));
        Assert.Contains("100000 bytes of all streams are kept (ExpertCluster:Router:HeldBytes)", error.Message, StringComparison.Ordinal);
        one.End();
        other.End();
    }

    [Fact]
    public async Task Begin_AsManyAsMayBe_TheOldestThatHasEndedGoesElseItIsRefused()
    {
        await EndedAsync("old", 1);
        Pen[] pens = [new(), new(), new()];
        HeldReader[] readers = [.. pens.Select((pen, i) => _held.Begin($"{i}", "stream", pen.WriteAsync))];
        Assert.Null(_held.Find("old"));

        var error = Assert.Throws<RequestFailedException>(() => _held.Begin("x", "stream", new Pen().WriteAsync));

        Assert.Equal(FailureKind.Overloaded, error.Failure.Kind);
        Assert.Contains("3 streams are held", error.Message, StringComparison.Ordinal);
        foreach (var pen in pens)
        {
            pen.End();
        }
    }

    [Fact]
    public async Task Begin_IdThatIsTaken_TheNewerOneHasIt()
    {
        var (old, pen) = (new Pen(), new Pen());
        using var before = _held.Begin("a", "stream", old.WriteAsync);
        await old.AddAsync("old");
        using var reader = _held.Begin("a", "stream", pen.WriteAsync);

        Assert.True(old.Stream.Cancellation.IsCancellationRequested);
        Assert.Same(reader.Stream, _held.Find("a"));
        await old.AddAsync("cut");
        old.End();
        Assert.Equal("oldcut", await RestAsync(before));
        Assert.Same(reader.Stream, _held.Find("a"));
        pen.End();
    }

    [Fact]
    public async Task Drop_Running_EndsItAndLeavesNothing()
    {
        var pen = new Pen();
        var first = _held.Begin("a", "stream", pen.WriteAsync);
        await pen.AddAsync("1");

        Assert.True(_held.Drop("a", StreamDrop.Deleted));

        Assert.False(_held.Drop("a", StreamDrop.Deleted));
        Assert.Null(_held.Find("a"));
        Assert.True(pen.Stream.Cancellation.IsCancellationRequested);
        pen.End();
        Assert.Equal("1", await RestAsync(first));
        first.Dispose();
        Assert.Equal(0, _held.Bytes);
    }

    /// <summary>It was found, and went before it was followed.</summary>
    [Fact]
    public async Task Follow_DroppedMeanwhile_IsGone()
    {
        await EndedAsync("a", 1);
        var found = _held.Find("a")!;
        _held.Drop("a", StreamDrop.Deleted);

        Assert.Equal(FailureKind.Gone, Assert.Throws<RequestFailedException>(() => found.Follow(StreamPlace.Start)).Failure.Kind);
        Assert.Equal(FailureKind.Gone, Assert.Throws<RequestFailedException>(() => found.State).Failure.Kind);
    }

    /// <summary>Two routers that begin a stream of one id at once tell each other: one of the two has to stay.</summary>
    [Fact]
    public async Task Drop_ReplacedByAnOlderOne_Stays()
    {
        await EndedAsync("a", 1);
        long begun = _held.Find("a")!.BegunAt.ToUnixTimeMilliseconds();

        Assert.False(_held.Drop("a", StreamDrop.Replaced, begun));
        Assert.NotNull(_held.Find("a"));
        Assert.True(_held.Drop("a", StreamDrop.Replaced, begun + 1));
    }

    [Fact]
    public async Task Begin_FailsBeforeTheFirstEvent_ReadersAreToldAndNothingIsHeld()
    {
        using var reader = _held.Begin("a", "stream", (_, _) => throw new RequestFailedException(FailureKind.UnknownModel, "no such model"));

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => reader.ReadAsync(_cancellation).AsTask());

        Assert.Equal("no such model", error.Message);
        Assert.Null(_held.Find("a"));
    }

    [Fact]
    public void Begin_NoneMayBeHeld_NamesTheSetting()
    {
        using var none = new HeldStreams(Options with { HeldStreamLimit = 0 }, new HeldMetrics(), _time, NullLogger<HeldStreams>.Instance);

        var error = Assert.Throws<RequestFailedException>(() => none.Begin("a", "stream", new Pen().WriteAsync));

        Assert.Equal((FailureKind.Unimplemented, "no streams are held here; ExpertCluster:Router:HeldStreamLimit says so"), (error.Failure.Kind, error.Failure.Message));
    }

    [Fact]
    public async Task Close_EndsWhatNobodyFollowsAndLetsTheOthersEnd()
    {
        var (alone, followed) = (new Pen(), new Pen());
        _held.Begin("a", "stream", alone.WriteAsync).Dispose();
        var reader = _held.Begin("b", "stream", followed.WriteAsync);
        await alone.StartedAsync();
        await followed.AddAsync("1");

        _held.Close();

        Assert.True(alone.Stream.Cancellation.IsCancellationRequested);
        Assert.False(followed.Stream.Cancellation.IsCancellationRequested);
        Assert.Equal(FailureKind.Unavailable, Assert.Throws<RequestFailedException>(() => _held.Begin("c", "stream", new Pen().WriteAsync)).Failure.Kind);
        reader.Dispose();
        Assert.True(followed.Stream.Cancellation.IsCancellationRequested);
        alone.End();
        followed.End();
    }

    private async Task EndedAsync(string id, int bytes)
    {
        var pen = new Pen();
        var reader = _held.Begin(id, "stream", pen.WriteAsync);
        await pen.AddAsync(new string('x', bytes));
        pen.End();
        await RestAsync(reader);
        reader.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task<string> NextAsync(HeldReader reader) => string.Concat((await reader.ReadAsync(_cancellation)).Select(e => Encoding.UTF8.GetString(e.Span)));

    private async Task<string> RestAsync(HeldReader reader)
    {
        var all = new StringBuilder();
        while (await NextAsync(reader) is { Length: > 0 } next)
        {
            all.Append(next);
        }

        return all.ToString();
    }

    /// <summary>Writes a stream as a test says.</summary>
    private sealed class Pen
    {
        private readonly TaskCompletionSource<HeldStream> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new();

        public HeldStream Stream => _begun.Task.Result;

        public Task StartedAsync() => _begun.Task;

        public async Task WriteAsync(HeldStream stream, CancellationToken cancellation)
        {
            _begun.SetResult(stream);
            await _ended.Task;
        }

        public async Task AddAsync(string text)
        {
            await StartedAsync();
            await Stream.AddAsync(Encoding.UTF8.GetBytes(text));
        }

        /// <summary>On this thread, so that it has ended when this returns.</summary>
        public void End() => _ended.TrySetResult();
    }
}
