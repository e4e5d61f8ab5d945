using ExpertCluster.Node.Telemetry;
using ExpertCluster.TestSupport;
using Prometheus;

namespace ExpertCluster.Node.Tests.Telemetry;

public sealed class RequestTimerTests
{
    private readonly ManualTime _time = new();
    private readonly Seen _first = new();
    private readonly Seen _whole = new();

    [Fact]
    public void Output_Several_ObservesTheFirstAndSaysTheTimeSinceTheOneBefore()
    {
        using (var timer = new RequestTimer(_first, _whole, _time))
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            Assert.Null(timer.Output());
            Assert.Equal(TimeSpan.Zero, timer.Output());
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(TimeSpan.FromSeconds(3), timer.Output());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([2], _first.Values);
        Assert.Equal([6], _whole.Values);
    }

    [Fact]
    public void Dispose_WithoutAnOutput_ObservesTheEndAlone()
    {
        var timer = new RequestTimer(_first, _whole, _time);
        _time.Advance(TimeSpan.FromSeconds(4));

        timer.Dispose();

        Assert.Empty(_first.Values);
        Assert.Equal([4], _whole.Values);
    }

    private sealed class Seen : IObserver
    {
        public List<double> Values { get; } = [];

        public void Observe(double val) => Values.Add(val);
    }
}
