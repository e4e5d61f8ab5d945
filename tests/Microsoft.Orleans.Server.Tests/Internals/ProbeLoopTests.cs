using Microsoft.Orleans.Server.Tests.Support;
using Orleans.OneMachine.Membership;

namespace Microsoft.Orleans.Server.Tests.Internals;

/// <summary>The clock fires its timers on the test's thread, and the loop goes on inline: every step is done when it returns.</summary>
public sealed class ProbeLoopTests : IAsyncDisposable
{
    private const int Limit = 3;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = Period / ProbeLoop.TicksAPeriod;

    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TaskCompletionSource> _probes = [];
    private readonly Task _run;
    private int _suspicions;

    public ProbeLoopTests()
    {
        var loop = new ProbeLoop(Period, Limit, Probe, Suspect, _time);
        _run = loop.RunAsync(_stop.Token);

        Task Probe()
        {
            _probes.Add(new());
            return _probes[^1].Task;
        }

        Task Suspect()
        {
            _suspicions++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void Silo_ThatNeverAnswers_IsSuspectedAfterItsLimitOfPeriods()
    {
        Live(periods: 1);
        Live(periods: Limit - 1);
        Assert.Equal(Limit, _probes.Count);
        Assert.Equal(0, _suspicions);
        Live(periods: 1);
        Assert.Equal(1, _suspicions);
    }

    [Fact]
    public void Silo_ThatAnswers_IsNeverSuspected()
    {
        for (var period = 0; period < 20; period++)
        {
            Live(periods: 1);
            _probes[^1].SetResult();
        }
        Assert.Equal(20, _probes.Count);
        Assert.Equal(0, _suspicions);
    }

    [Fact]
    public void Silo_ThatStopsAnswering_IsSuspectedWithinOnePeriodMoreThanItsLimit()
    {
        Live(periods: 2);
        _probes[^1].SetResult();
        Live(periods: Limit);
        Assert.Equal(0, _suspicions);
        Live(periods: 1);
        Assert.Equal(1, _suspicions);
    }

    /// <summary>The watcher's process does not run for an hour: to it that is one late tick, whatever the clock says.</summary>
    [Fact]
    public void Watcher_ThatStalls_BlamesNobody()
    {
        Live(periods: 1);
        for (var stall = 0; stall < Limit * 2; stall++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(0, _suspicions);
        }
        _probes[^1].SetResult();
        Live(periods: Limit);
        Assert.Equal(0, _suspicions);
    }

    /// <summary>Ticks come five times slower than they should: the silo gets five times the time, and no more than that.</summary>
    [Fact]
    public void Watcher_ThatIsStarved_WaitsInProportion()
    {
        Live(periods: 1, Tick * 5);
        Live(periods: Limit - 1, Tick * 5);
        Assert.Equal(0, _suspicions);
        Live(periods: 1, Tick * 5);
        Assert.Equal(1, _suspicions);
        Assert.Equal(Period * 5 * (Limit + 1), _time.GetElapsedTime(0));
    }

    [Fact]
    public void Answer_ToAnEarlierProbe_CountsAsLife()
    {
        Live(periods: Limit);
        _probes[0].SetResult();
        Live(periods: Limit);
        Assert.Equal(0, _suspicions);
        Live(periods: 1);
        Assert.Equal(1, _suspicions);
    }

    [Fact]
    public void Probe_ThatFails_IsAMissAndNotTheEndOfTheWatch()
    {
        for (var period = 0; period < Limit; period++)
        {
            Live(periods: 1);
            _probes[^1].SetException(new global::Orleans.Runtime.SiloUnavailableException("gone"));
        }
        Live(periods: 1);
        Assert.Equal(1, _suspicions);
        Assert.False(_run.IsCompleted);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private void Live(int periods, TimeSpan? tick = null)
    {
        for (var i = 0; i < periods * ProbeLoop.TicksAPeriod; i++)
            _time.Advance(tick ?? Tick);
    }
}
