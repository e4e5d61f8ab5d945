using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tests.Bounds;

public sealed class ThreadClockTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void GetTimestamp_ThreadThatWaits_HardlyMoves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere it is the wall's");
        long begun = ThreadClock.Instance.GetTimestamp();
        using var never = new ManualResetEventSlim();

        never.Wait(Moment, TestContext.Current.CancellationToken);

        Assert.InRange(ThreadClock.Instance.GetElapsedTime(begun), TimeSpan.Zero, Moment / 2);
    }

    [Fact]
    public void GetTimestamp_ThreadThatComputes_MovesOn()
    {
        long begun = ThreadClock.Instance.GetTimestamp();
        while (ThreadClock.Instance.GetElapsedTime(begun) < Moment)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
