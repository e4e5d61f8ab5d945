using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Serving;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class PromptThreadsTests : IDisposable
{
    private static readonly IReadOnlyList<int> Ids = [1, 2, 3];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly PromptThreads _threads;

    /// <summary>Holds up a thread that heeds nothing.</summary>
    private readonly ManualResetEventSlim _stuck = new();

    /// <summary>A thread has what holds it up.</summary>
    private readonly SemaphoreSlim _begun = new(0);

    public PromptThreadsTests() => _threads = new PromptThreads(new RuntimeOptions { PromptThreads = 1, PromptQueueLimit = 2, PromptSeconds = 5 }, _time);

    [Fact]
    public async Task Run_Prompt_IsReadOnAThreadOfItsOwn()
    {
        Thread? thread = null;

        var ids = await _threads.RunAsync("prompt", _ => Note(ref thread), _cancellation);

        Assert.Same(Ids, ids);
        Assert.False(thread!.IsThreadPoolThread);

        static IReadOnlyList<int> Note(ref Thread? thread)
        {
            thread = Thread.CurrentThread;
            return Ids;
        }
    }

    [Fact]
    public async Task Run_MoreThanTheQueueHolds_RefusesTheOneTooMany()
    {
        var stuck = _threads.RunAsync("prompt", Stuck, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var (first, second) = (Read(), Read());

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(Read);

        Assert.Equal((StatusCode.ResourceExhausted, "2 prompts wait on this host to be tokenized; no more are taken"), (refused.Code, refused.Message));
        _stuck.Set();
        Assert.All(await Task.WhenAll(stuck, first, second), ids => Assert.Same(Ids, ids));
    }

    [Theory]
    [InlineData("prompt")]
    [InlineData("messages")]
    public async Task Run_LongerThanItsTime_FailsAlone(string field)
    {
        var slow = _threads.RunAsync(field, Patient, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var next = Read();
        _time.Advance(TimeSpan.FromSeconds(5));

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => slow);

        Assert.Equal((StatusCode.InvalidArgument, $"{field} takes more than 5 seconds to render and tokenize"), (refused.Code, refused.Message));
        Assert.Same(Ids, await next);
    }

    [Fact]
    public async Task Run_WaitingForAThread_IsNoTimeOfThePrompt()
    {
        var stuck = _threads.RunAsync("prompt", Stuck, _cancellation);
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
        var stuck = _threads.RunAsync("prompt", Stuck, caller.Token);
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
        var stuck = _threads.RunAsync("prompt", Stuck, _cancellation);
        await _begun.WaitAsync(_cancellation);
        bool wasRead = false;
        var left = _threads.RunAsync("prompt", ReadLate, caller.Token);
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
            await Assert.ThrowsAsync<FormatException>(() => _threads.RunAsync("prompt", _ => throw new FormatException(), _cancellation));
        }

        Assert.Same(Ids, await Read());
    }

    [Fact]
    public async Task Dispose_WithPromptsInHand_EndsThem()
    {
        var threads = new PromptThreads(new RuntimeOptions { PromptThreads = 1 }, _time);
        var slow = threads.RunAsync("prompt", Patient, _cancellation);
        await _begun.WaitAsync(_cancellation);
        var waiting = threads.RunAsync("prompt", _ => Ids, _cancellation);

        threads.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => slow);
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
    }

    public void Dispose()
    {
        _stuck.Set();
        _threads.Dispose();
        _stuck.Dispose();
        _begun.Dispose();
    }

    private Task<IReadOnlyList<int>> Read() => _threads.RunAsync("prompt", _ => Ids, _cancellation);

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
