using ExpertCluster.ExpertHost.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class EpochSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public void Next_AtOneMoment_IsItsMicrosecondsWithTheLastDigitsDrawn()
    {
        var epochs = new EpochSource(_time);
        long first = Now.ToUnixTimeMilliseconds() * 1000;

        long[] drawn = [.. Enumerable.Range(0, 500).Select(_ => epochs.Next())];

        Assert.All(drawn, epoch => Assert.InRange(epoch, first, first + 999));
        Assert.True(drawn.Distinct().Count() > 200, "two processes that load at once must not agree by habit");
    }

    [Fact]
    public void Next_LaterOn_IsLarger()
    {
        var epochs = new EpochSource(_time);
        long before = epochs.Next();

        _time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.True(epochs.Next() > before);
    }
}
