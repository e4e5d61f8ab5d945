using ExpertCluster.Router.Serving;

namespace ExpertCluster.Router.Tests.Serving;

public sealed class RequestClockTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(10, 10)]
    [InlineData(1000, 600)]
    public void Deadline_OfCallerAndServer_IsTheEarlier(int caller, int expected)
    {
        using var clock = new RequestClock(Now.AddSeconds(caller), TimeSpan.FromSeconds(600), new FixedTime(), CancellationToken.None);

        Assert.Equal(Now.AddSeconds(expected), clock.Deadline);
        Assert.False(clock.IsLate);
    }

    [Fact]
    public void Deadline_CallerNamesNone_IsTheServers()
    {
        using var clock = new RequestClock(DateTime.MaxValue, TimeSpan.FromSeconds(600), new FixedTime(), CancellationToken.None);

        Assert.Equal(Now.AddSeconds(600), clock.Deadline);
    }

    [Fact]
    public void IsLate_DeadlineHasPassed_IsTrue()
    {
        using var clock = new RequestClock(Now.AddSeconds(-1), TimeSpan.FromSeconds(600), new FixedTime(), CancellationToken.None);

        Assert.True(clock.IsLate);
    }

    [Fact]
    public void Token_CallerLeaves_IsCancelledAndNotLate()
    {
        using var caller = new CancellationTokenSource();
        using var clock = new RequestClock(Now.AddSeconds(10), TimeSpan.FromSeconds(600), new FixedTime(), caller.Token);

        caller.Cancel();

        Assert.True(clock.Token.IsCancellationRequested);
        Assert.False(clock.IsLate);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
