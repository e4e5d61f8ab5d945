using ExpertCluster.ExpertHost.Serving;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class TextLaneTests : IDisposable
{
    private static readonly IReadOnlyList<int> Ids = [1, 2, 3];

    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly TextLane _lane;

    /// <summary>Holds up a thread that heeds nothing.</summary>
    private readonly ManualResetEventSlim _stuck = new();

    /// <summary>A thread has what holds it up.</summary>
    private readonly SemaphoreSlim _begun = new(0);

    public TextLaneTests() => _lane = new TextLane("prompts", threads: 1, queueLimit: 2, niceness: 0, _time, _time);

    [Fact]
    public async Task Run_Prompt_IsReadOnAThreadOfItsOwn()
    {
        Thread? thread = null;

        var ids = await RunAsync(_ => Note(ref thread), _cancellation);

        Assert.Same(Ids, ids);
        Assert.False(thread!.IsThreadPoolThread);

        static IReadOnlyList<int> Note(ref Thread? thread)
        {
            thread = Thread.CurrentThread;
            return Ids;
        }
    }

    /// <summary>Below all others, where the system knows that: what is slow shall not slow down the rest.</summary>
    [Fact]
    public async Task Run_LaneThatIsNice_ItsThreadsAreAndNoOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "threads have a niceness on Linux");
        using var nice = new TextLane("nice", threads: 1, queueLimit: 1, niceness: 10, _time, _time);

        Assert.Equal([10], await nice.TryRun<IReadOnlyList<int>>(_ => [Niceness()], Most, _cancellation)!);
        Assert.Equal([0], await RunAsync(_ => [Niceness()], _cancellation));

        // The nineteenth figure of proc(5)'s stat, behind the name in parentheses.
        static int Niceness()
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Run_MoreThanTheQueueHolds_RefusesTheOneTooMany()
    {
        var stuck = RunAsync(Stuck, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var (first, second) = (Read(), Read());

        Assert.Null(_lane.TryRun(_ => Ids, Most, _cancellation));

        _stuck.Set();
        Assert.All(await Task.WhenAll(stuck, first, second), ids => Assert.Same(Ids, ids));
    }

    [Fact]
    public async Task Run_LongerThanItsTime_FailsAlone()
    {
        var slow = RunAsync(Patient, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var next = Read();
        _time.Advance(Most);

        Assert.False((await Assert.ThrowsAsync<PromptLateException>(() => slow)).WasStarved);
        Assert.Same(Ids, await next);
    }

    [Fact]
    public async Task Run_LongerThanItsTimeWithoutComputing_WasStarved()
    {
        using var lane = new TextLane("prompts", threads: 1, queueLimit: 2, niceness: 0, _time, processor: new FakeTimeProvider());
        var slow = lane.TryRun(Patient, Most, _cancellation)!;
        await _begun.WaitAsync(_cancellation);
        _time.Advance(Most);

        Assert.True((await Assert.ThrowsAsync<PromptLateException>(() => slow)).WasStarved);
    }

    [Fact]
    public async Task Run_WaitingForAThread_IsNoTimeOfThePrompt()
    {
        var stuck = RunAsync(Stuck, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var next = Read();
        _time.Advance(TimeSpan.FromMinutes(1));
        _stuck.Set();

        Assert.Same(Ids, await next);
        Assert.Same(Ids, await stuck);
    }

    [Fact]
    public async Task Run_CallerThatLeaves_IsGoneAtOnceThoughTheThreadIsNot()
    {
        using var caller = new CancellationTokenSource();
        var stuck = RunAsync(Stuck, caller.Token);
        await _begun.WaitAsync(_cancellation);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck);

        _stuck.Set();
        Assert.Same(Ids, await Read());
    }

    [Fact]
    public async Task Run_CallerThatLeftTheQueue_IsNotReadAnyMore()
    {
        using var caller = new CancellationTokenSource();
        var stuck = RunAsync(Stuck, _cancellation);
        await _begun.WaitAsync(_cancellation);
        bool wasRead = false;
        var left = RunAsync(ReadLate, caller.Token);
        await caller.CancelAsync();
        _stuck.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await stuck;
        Assert.Same(Ids, await Read());
        Assert.False(wasRead);

        IReadOnlyList<int> ReadLate(CancellationToken cancellation)
        {
            wasRead = true;
            return Ids;
        }
    }

    [Fact]
    public async Task Run_ReaderThatThrows_TellsItsCallerAndGoesOn()
    {
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<FormatException>(() => RunAsync(_ => throw new FormatException(), _cancellation));
        }

        Assert.Same(Ids, await Read());
    }

    [Fact]
    public async Task Dispose_WithPromptsInHand_EndsThem()
    {
        var lane = new TextLane("prompts", threads: 1, queueLimit: 2, niceness: 0, _time, _time);
        var slow = lane.TryRun(Patient, Most, _cancellation)!;
        await _begun.WaitAsync(_cancellation);
        var waiting = lane.TryRun(_ => Ids, Most, _cancellation)!;

        lane.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => slow);
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
    }

    public void Dispose()
    {
        _stuck.Set();
        _lane.Dispose();
        _stuck.Dispose();
        _begun.Dispose();
    }

    private Task<IReadOnlyList<int>> RunAsync(Func<CancellationToken, IReadOnlyList<int>> read, CancellationToken cancellation) =>
        Assert.IsType<Task<IReadOnlyList<int>>>(_lane.TryRun(read, Most, cancellation), exactMatch: false);

    private Task<IReadOnlyList<int>> Read() => RunAsync(_ => Ids, _cancellation);

    private IReadOnlyList<int> Stuck(CancellationToken cancellation)
    {
        _begun.Release();
        _stuck.Wait(CancellationToken.None);
        return Ids;
    }

    private IReadOnlyList<int> Patient(CancellationToken cancellation)
    {
        _begun.Release();
        cancellation.WaitHandle.WaitOne();
        cancellation.ThrowIfCancellationRequested();
        return Ids;
    }
}
