using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Runtime;
using Prometheus;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>Reads the engines' state into gauges just before a scrape, so that nothing is written while nobody looks.</summary>
internal sealed class EngineGauges(HostMetrics metrics, BaseRegistry bases, ActivationRegistry activations, WarmExperts warm, LoraRequestsInfo adapters, IDevices devices)
{
    private readonly HashSet<string> _experts = new(StringComparer.Ordinal);

    public void Register() => Metrics.DefaultRegistry.AddBeforeCollectCallback(Collect);

    internal void Collect()
    {
        foreach (var runtime in bases.Loaded)
        {
            var status = runtime.Engine.Status;
            metrics.Running.WithLabels(runtime.Name).Set(status.Running);
            metrics.Waiting.WithLabels(runtime.Name).Set(status.Waiting);
            metrics.Paused.WithLabels(runtime.Name).Set(status.Paused);
            metrics.CacheUsage.WithLabels(runtime.Name).Set((double)status.KvTokensUsed / status.KvTokensCapacity);
            metrics.KvBytes.WithLabels(runtime.Name).Set(status.KvBytesCapacity);
            metrics.PrefixQueries.WithLabels(runtime.Name).IncTo(status.PrefixQueryTokens);
            metrics.PrefixHits.WithLabels(runtime.Name).IncTo(status.PrefixHitTokens);
            metrics.AdaptersRegistered.WithLabels(runtime.Name).Set(status.Adapters.Registered);
            metrics.AdaptersInRuntime.WithLabels(runtime.Name).Set(status.Adapters.InRuntime);
            metrics.AdapterHostBytes.WithLabels(runtime.Name).Set(status.Adapters.HostBytes);
            metrics.AdapterReads.WithLabels(runtime.Name).IncTo(status.Adapters.SourceReads);
            metrics.AdapterEvictions.WithLabels(runtime.Name).IncTo(status.Adapters.Evictions);
            metrics.DraftTokens.WithLabels(runtime.Name).IncTo(status.DraftTokens);
            metrics.AcceptedDraftTokens.WithLabels(runtime.Name).IncTo(status.AcceptedDraftTokens);
            metrics.PrefixBytes.WithLabels(runtime.Name).Set(status.PrefixBytes);
        }

        var present = devices.Read();
        for (int i = 0; i < present.Count; i++)
        {
            string device = FormattableString.Invariant($"{i}");
            metrics.DeviceMemory.WithLabels(device, "free").Set(present[i].FreeBytes);
            metrics.DeviceMemory.WithLabels(device, "used").Set(present[i].TotalBytes - present[i].FreeBytes);
            metrics.DeviceUse.WithLabels(device).Set(present[i].Use ?? double.NaN);
        }

        adapters.Collect();
        var loaded = activations.All.Where(a => a.IsInMemory).Select(a => a.Expert).Concat(warm.Kept.Keys.Select(k => k.Expert)).Select(metrics.Label).ToHashSet(StringComparer.Ordinal);
        lock (_experts)
        {
            _experts.UnionWith(loaded);
            foreach (string expert in _experts)
            {
                metrics.ExpertLoaded.WithLabels(expert).Set(loaded.Contains(expert) ? 1 : 0);
            }
        }
    }
}
