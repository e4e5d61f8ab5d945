using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class ExpertActivationTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ExpertActivation _activation = Activations.Of("law");

    [Fact]
    public async Task Drain_WhileOneRuns_RefusesNewAndWaits()
    {
        Assert.True(_activation.TryEnter());

        var drained = _activation.DrainAsync();

        Assert.False(_activation.TryEnter());
        Assert.False(drained.IsCompleted);
        _activation.Leave();
        await drained.WaitAsync(_cancellation);
        Assert.Equal(0, _activation.Running);
    }

    [Fact]
    public async Task Drain_SeveralRun_WaitsForTheLast()
    {
        Assert.True(_activation.TryEnter() && _activation.TryEnter());
        var drained = _activation.DrainAsync();

        _activation.Leave();

        Assert.False(drained.IsCompleted);
        Assert.Equal(1, _activation.Running);
        _activation.Leave();
        await drained.WaitAsync(_cancellation);
    }

    [Fact]
    public async Task Drain_Idle_CompletesAtOnce() => await _activation.DrainAsync().WaitAsync(_cancellation);

    [Fact]
    public void Leave_BeforeADrain_LeavesItOpen()
    {
        Assert.True(_activation.TryEnter());
        _activation.Leave();

        Assert.True(_activation.TryEnter());
        Assert.Equal(1, _activation.Running);
    }

    [Fact]
    public void TryRetire_Twice_IsTheFirstAlone()
    {
        int left = 0;

        Assert.True(_activation.TryRetire(() => left++));
        Assert.False(_activation.TryRetire(() => left++));

        Assert.Equal(1, left);
        Assert.False(_activation.TryEnter());
    }

    [Fact]
    public void TryRetire_WhileTwoUseIt_IsLeftWithTheLast()
    {
        int left = 0;
        Assert.True(_activation.TryEnter() && _activation.TryEnter());

        Assert.True(_activation.TryRetire(() => left++));

        Assert.False(_activation.TryEnter());
        _activation.Leave();
        Assert.Equal(0, left);
        _activation.Leave();
        Assert.Equal(1, left);
    }

    [Fact]
    public void TryRetire_AfterADrain_IsLeftToo()
    {
        int left = 0;
        Assert.True(_activation.TryEnter());
        _ = _activation.DrainAsync();
        _activation.Leave();

        Assert.True(_activation.TryRetire(() => left++));

        Assert.Equal(1, left);
    }

    [Fact]
    public async Task Drain_WhileManyComeAndGo_EndsWithNobodyInside()
    {
        int inside = 0;
        using var begun = new CountdownEvent(3);
        Thread[] callers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(Come))];
        Array.ForEach(callers, caller => caller.Start());
        begun.Wait(_cancellation);

        await _activation.DrainAsync().WaitAsync(_cancellation);

        Assert.Equal(0, Volatile.Read(ref inside));
        Array.ForEach(callers, caller => caller.Join());

        void Come()
        {
            bool isFirst = true;
            while (_activation.TryEnter())
            {
                Interlocked.Increment(ref inside);
                Interlocked.Decrement(ref inside);
                _activation.Leave();
                if (isFirst)
                {
                    begun.Signal();
                    isFirst = false;
                }
            }
        }
    }
}
