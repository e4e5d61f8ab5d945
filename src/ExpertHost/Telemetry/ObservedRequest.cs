using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>Times one request; disposing it records the end, however the request ended.</summary>
internal sealed class ObservedRequest(HostMetrics metrics, string baseName, TimeProvider time) : IDisposable
{
    private readonly long _start = time.GetTimestamp();
    private long _last;

    /// <summary>Tokens that went out together; the time since the last ones is shared among them.</summary>
    public void Tokens(IReadOnlyList<Token> tokens)
    {
        if (tokens.Count == 0)
        {
            return;
        }

        long now = time.GetTimestamp();
        if (_last == 0)
        {
            metrics.TimeToFirstToken.Observe(time.GetElapsedTime(_start, now).TotalSeconds);
        }
        else
        {
            double seconds = time.GetElapsedTime(_last, now).TotalSeconds / tokens.Count;
            foreach (var _ in tokens)
            {
                metrics.InterTokenLatency.Observe(seconds);
            }
        }

        _last = now;
        metrics.GenerationTokens.WithLabels(baseName).Inc(tokens.Count);
        foreach (var expert in tokens.SelectMany(t => t.Experts))
        {
            metrics.TokensByExpert.WithLabels(metrics.Label(expert.Name)).Inc(expert.Weight);
        }
    }

    public void Finish(Inference.Generation.FinishReason reason) =>
        metrics.Success.WithLabels(reason == Inference.Generation.FinishReason.Length ? "length" : "stop").Inc();

    public void Dispose() => metrics.EndToEnd.Observe(time.GetElapsedTime(_start).TotalSeconds);
}
