using ExpertCluster.Inference.Batching;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>Turns a base's steps into metrics. Called on the engine's thread: a few lock-free additions.</summary>
internal sealed class StepObserver(HostMetrics metrics, string baseName) : IEngineObserver
{
    private readonly Prometheus.Histogram.Child _rows = metrics.StepRows.WithLabels(baseName);
    private readonly Prometheus.Histogram.Child _seconds = metrics.StepSeconds.WithLabels(baseName);

    public void StepCompleted(in StepReport report)
    {
        _rows.Observe(report.DecodeRows + report.PromptRows);
        _seconds.Observe(report.TotalTime.TotalSeconds);
    }
}
