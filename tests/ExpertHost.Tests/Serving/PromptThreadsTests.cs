using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Text.Bounds;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Serving;

/// <summary>Prompts that take long, and those beside them.</summary>
public sealed class PromptThreadsTests : IDisposable
{
    private static readonly IReadOnlyList<int> Ids = [1, 2, 3];

    /// <summary>What every prompt may take before it is one that takes long.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly PromptThreads _threads;

    /// <summary>A thread has what takes long.</summary>
    private readonly SemaphoreSlim _begun = new(0);

    /// <summary>A quick one has.</summary>
    private readonly SemaphoreSlim _quick = new(0);

    public PromptThreadsTests() => _threads = New(_time);

    [Fact(Timeout = 60_000)]
    public async Task Run_TakesLong_IsBegunAnewBehindItsLikeAndHoldsUpNobodyElse()
    {
        Task<IReadOnlyList<int>>[] slow = [Run(Patient), Run(Patient), Run(Patient)];
        foreach (var _ in slow)
        {
            // Each has its moment on the one quick thread, and one of them the slow one from then on.
            await _quick.WaitAsync(_cancellation);
            _time.Advance(Moment);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.Same(Ids, await Run((_, _) => Ids));
        }

        Assert.All(slow, s => Assert.False(s.IsCompleted));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("prompt")]
    [InlineData("messages")]
    public async Task Run_LongerThanItsTime_FailsAlone(string field)
    {
        var slow = _threads.RunAsync(field, 0, Patient, _cancellation);
        await _begun.WaitAsync(_cancellation);
        _time.Advance(Moment);
        await _begun.WaitAsync(_cancellation);
        _time.Advance(TimeSpan.FromSeconds(5));

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => slow);

        Assert.Equal((StatusCode.InvalidArgument, $"{field} takes more than 5 seconds to read"), (refused.Code, refused.Message));
        Assert.Same(Ids, await Run((_, _) => Ids));
    }

    /// <summary>A machine with too much to do makes no prompt a slow one.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Run_TakesLongWithoutComputing_IsTriedAgainAmongTheQuick()
    {
        using var threads = New(processor: new FakeTimeProvider());
        int quick = 0;
        var read = threads.RunAsync("prompt", 0, (limits, token) => limits.Matching == Moment && quick++ < 2 ? Patient(limits, token) : Ids, _cancellation);
        for (int i = 0; i < 2; i++)
        {
            await _begun.WaitAsync(_cancellation);
            _time.Advance(4 * Moment);
        }

        Assert.Same(Ids, await read);
        Assert.Equal(3, quick);
    }

    /// <summary>A long text has more than the moment.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Run_MillionCharacters_HaveTheirTime()
    {
        var slow = _threads.RunAsync("prompt", 1_000_000, Patient, _cancellation);
        await _begun.WaitAsync(_cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _begun.CurrentCount);

        _time.Advance(Moment);

        await _begun.WaitAsync(_cancellation);
        Assert.False(slow.IsCompleted);
    }

    /// <summary>Expressions have a moment at first, and then what any text has.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Run_LimitOfTheMoment_IsNotTheLast()
    {
        List<TimeSpan> matching = [];
        var read = Run((limits, _) =>
        {
            matching.Add(limits.Matching);
            return matching.Count == 2 ? Ids : throw new RequestRefusedException(StatusCode.InvalidArgument, "too long", new TextLimitException("too long"));
        });

        Assert.Same(Ids, await read);
        Assert.Equal([Moment, TextLimits.Default.Matching], matching);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_Refused_IsNotReadTwice()
    {
        int times = 0;

        await Assert.ThrowsAsync<RequestRefusedException>(() => Run((_, _) =>
        {
            times++;
            throw new RequestRefusedException(StatusCode.InvalidArgument, "prompt is empty");
        }));

        Assert.Equal(1, times);
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_MoreThanTheQueueHolds_RefusesTheOneTooMany()
    {
        var stuck = Run(Patient);
        await _begun.WaitAsync(_cancellation);
        Task<IReadOnlyList<int>>[] waiting = [Run(Patient), Run(Patient), Run(Patient)];

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => Run(Patient));

        Assert.Equal((StatusCode.ResourceExhausted, "3 prompts wait on this host to be tokenized; no more are taken"), (refused.Code, refused.Message));
        Assert.False(stuck.IsCompleted);
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
    }

    public void Dispose()
    {
        _threads.Dispose();
        _begun.Dispose();
        _quick.Dispose();
    }

    private PromptThreads New(TimeProvider processor) =>
        new(new RuntimeOptions { PromptThreads = 1, PromptQueueLimit = 3, PromptSeconds = 5 }, _time, processor);

    private Task<IReadOnlyList<int>> Run(Func<TextLimits, CancellationToken, IReadOnlyList<int>> read) => _threads.RunAsync("prompt", 0, read, _cancellation);

    private IReadOnlyList<int> Patient(TextLimits limits, CancellationToken cancellation)
    {
        _begun.Release();
        if (limits.Matching == Moment)
        {
            _quick.Release();
        }

        cancellation.WaitHandle.WaitOne();
        cancellation.ThrowIfCancellationRequested();
        return Ids;
    }
}
