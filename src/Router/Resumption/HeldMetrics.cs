using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.Router.Resumption;

/// <summary>What a router counts of the streams that it holds. Labels are bounded by <see cref="StreamDrop"/>.</summary>
internal sealed class HeldMetrics
{
    private readonly Counter _dropped = Metrics.CreateCounter(
        MetricNames.HeldDrops, "Held streams that were dropped or cut: expired, room, bytes, alone, deleted, replaced, stopping, failed.", ["reason"]);

    public Gauge Held { get; } = Metrics.CreateGauge(MetricNames.HeldStreams, "Streams that can be asked for again.");

    public Gauge Bytes { get; } = Metrics.CreateGauge(MetricNames.HeldBytes, "Bytes of the events of held streams.");

    public Counter Comebacks { get; } = Metrics.CreateCounter(MetricNames.HeldComebacks, "Times that a held stream was asked for again.");

    public Counter Relayed { get; } = Metrics.CreateCounter(MetricNames.HeldRelays, "Calls for streams of other routers that this one passed on.");

    public void Dropped(StreamDrop why) => _dropped.WithLabels(NameOf(why)).Inc();

    private static string NameOf(StreamDrop why) => why switch
    {
        StreamDrop.Expired => "expired",
        StreamDrop.Room => "room",
        StreamDrop.Bytes => "bytes",
        StreamDrop.Alone => "alone",
        StreamDrop.Deleted => "deleted",
        StreamDrop.Replaced => "replaced",
        StreamDrop.Stopping => "stopping",
        _ => "failed",
    };
}
