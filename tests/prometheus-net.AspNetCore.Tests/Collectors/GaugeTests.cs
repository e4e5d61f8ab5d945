namespace Prometheus.Tests.Collectors;

public class GaugeTests
{
    private readonly Gauge _gauge = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()).CreateGauge("g", "help");

    [Fact]
    public void SetIncDec_InTurn_GiveTheDifference()
    {
        _gauge.Set(10);
        _gauge.Inc(5);
        _gauge.Dec(2);
        Assert.Equal(13, _gauge.Value);
    }

    [Fact]
    public void IncToDecTo_Bounds_MoveOneWayOnly()
    {
        _gauge.IncTo(4);
        _gauge.IncTo(2);
        Assert.Equal(4, _gauge.Value);
        _gauge.DecTo(1);
        _gauge.DecTo(3);
        Assert.Equal(1, _gauge.Value);
    }

    [Fact]
    public void Inc_FromNaN_ReturnsInsteadOfSpinning()
    {
        _gauge.Set(double.NaN);
        _gauge.Inc();
        Assert.True(double.IsNaN(_gauge.Value));
    }

    [Fact]
    public void TrackInProgress_DisposedTwice_CountsOnce()
    {
        var tracked = _gauge.TrackInProgress();
        Assert.Equal(1, _gauge.Value);
        tracked.Dispose();
        tracked.Dispose();
        Assert.Equal(0, _gauge.Value);
    }

    [Fact]
    public void SetToTimeUtc_GivenTime_IsUnixSeconds()
    {
        _gauge.SetToTimeUtc(DateTimeOffset.UnixEpoch.AddMilliseconds(1_500));
        Assert.Equal(1.5, _gauge.Value);
    }

    [Fact]
    public void NewTimer_Observed_SetsTheReturnedSeconds()
    {
        var duration = _gauge.NewTimer().ObserveDuration();
        Assert.Equal(duration.TotalSeconds, _gauge.Value);
    }
}
