using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>
/// vLLM's gauge of adapters in use, which inference gateways schedule by: one series whose labels are the state. The one
/// before is removed, so that the family never has more than one.
/// </summary>
internal sealed class LoraRequestsInfo(HostMetrics metrics, BaseRegistry bases, TimeProvider time)
{
    /// <summary>Names in a label. A gateway that sees more than this many has no choice to make.</summary>
    private const int MostNames = 64;

    private readonly Lock _lock = new();
    private string[]? _labels;

    /// <summary>Called before each scrape.</summary>
    public void Collect()
    {
        AdapterUse[] uses = [.. bases.Loaded.Select(runtime => runtime.Engine.Adapters.Use)];
        string[] labels =
        [
            FormattableString.Invariant($"{bases.Loaded.Sum(runtime => runtime.Engine.Adapters.Capacity)}"),
            Join(uses.SelectMany(use => use.Running)),
            Join(uses.SelectMany(use => use.Waiting)),
        ];
        lock (_lock)
        {
            if (_labels is not null && !_labels.SequenceEqual(labels))
            {
                metrics.LoraRequests.RemoveLabelled(_labels);
            }

            _labels = labels;
            metrics.LoraRequests.WithLabels(labels).Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        }
    }

    private static string Join(IEnumerable<string> names) => string.Join(',', names.Distinct().Take(MostNames));
}
