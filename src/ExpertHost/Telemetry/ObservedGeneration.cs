using ExpertCluster.Inference.Generation;
using ExpertCluster.Node.Telemetry;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>Counts and times one generation; disposing it records the end, however it ended.</summary>
internal sealed class ObservedGeneration(HostMetrics metrics, string baseName, TimeProvider time) : IDisposable
{
    private readonly RequestTimer _timer = new(metrics.TimeToFirstToken, metrics.EndToEnd, time);

    /// <summary>Tokens that go out together; the time since the last ones is shared among them.</summary>
    public void Tokens(int count)
    {
        if (count == 0)
        {
            return;
        }

        if (_timer.Output() is { } since)
        {
            for (int i = 0; i < count; i++)
            {
                metrics.InterTokenLatency.Observe(since.TotalSeconds / count);
            }
        }

        metrics.GenerationTokens.WithLabels(baseName).Inc(count);
    }

    /// <summary>An expert's part of one token, 0 to 1.</summary>
    public void Share(string expert, double weight) => metrics.TokensByExpert.WithLabels(metrics.Label(expert)).Inc(weight);

    public void Finish(FinishReason reason) => metrics.Success.WithLabels(reason == FinishReason.Length ? "length" : "stop").Inc();

    public void Dispose() => _timer.Dispose();
}
