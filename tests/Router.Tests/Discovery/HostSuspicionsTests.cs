using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class HostSuspicionsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void IsSuspect_JustFailed_UntilTheTimeIsUp()
    {
        var suspicions = new HostSuspicions(_time);
        suspicions.Suspect("a");

        Assert.True(suspicions.IsSuspect("a"));
        Assert.False(suspicions.IsSuspect("b"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(suspicions.IsSuspect("a"));
    }

    [Fact]
    public void IsSuspect_WallClockJumps_DoesNotMatter()
    {
        var suspicions = new HostSuspicions(_time);
        suspicions.Suspect("a");

        _time.JumpWallClock(TimeSpan.FromHours(1));

        Assert.True(suspicions.IsSuspect("a"));
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;

        public void JumpWallClock(TimeSpan by) => _now += by;
    }
}
