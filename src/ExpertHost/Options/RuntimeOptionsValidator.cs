using ExpertCluster.Inference.Kernels;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>Reports every failure at once, each with the setting's name and range.</summary>
internal static class RuntimeOptionsValidator
{
    public static IReadOnlyList<string> Validate(RuntimeOptions options)
    {
        List<string> failures = [];
        Range(options.Threads, 0, 256, nameof(options.Threads));
        Range(options.SpinMicroseconds, 0, 100_000, nameof(options.SpinMicroseconds));
        Range(options.Slots, 1, 1024, nameof(options.Slots));
        Range(options.ContextLength, 0, 1 << 20, nameof(options.ContextLength));
        Range(options.PrefillChunk, 1, 8192, nameof(options.PrefillChunk));
        Range(options.DraftRows, 0, 256, nameof(options.DraftRows));
        Range(options.QueueLimit, 0, 100_000, nameof(options.QueueLimit));
        Range(options.PrefixCacheMegabytes, 0, 1 << 20, nameof(options.PrefixCacheMegabytes));
        Range(options.AdapterCapacity, 1, 4096, nameof(options.AdapterCapacity));
        Range(options.AdapterHostMegabytes, 0, 1 << 20, nameof(options.AdapterHostMegabytes));
        Range(options.AdapterRank, 1, 256, nameof(options.AdapterRank));
        Range(options.AdaptersPerRow, 1, 8, nameof(options.AdaptersPerRow));
        Range(options.OutputBuffer, 1, 65_536, nameof(options.OutputBuffer));
        if (!ProviderNames.TryParse(options.Provider, out _))
        {
            failures.Add($"{RuntimeOptions.Section}:{nameof(options.Provider)} is '{options.Provider}'; it must be one of {ProviderNames.All}");
        }

        if (!KvCacheTypeNames.TryParse(options.KvCacheType, out var cacheType))
        {
            failures.Add($"{RuntimeOptions.Section}:{nameof(options.KvCacheType)} is '{options.KvCacheType}'; it must be one of {KvCacheTypeNames.All}");
        }
        else if (cacheType != KvCacheType.Float32 && ProviderNames.TryParse(options.Provider, out var provider) && provider != ExecutionProvider.Cpu)
        {
            failures.Add($"{RuntimeOptions.Section}:{nameof(options.KvCacheType)} is '{options.KvCacheType}'; with {nameof(options.Provider)} '{options.Provider}' it must be f32");
        }

        if (!AdapterTypeNames.TryParse(options.AdapterType, out var adapterType))
        {
            failures.Add($"{RuntimeOptions.Section}:{nameof(options.AdapterType)} is '{options.AdapterType}'; it must be one of {AdapterTypeNames.All}");
        }
        else if (adapterType != AdapterType.Float32 && ProviderNames.TryParse(options.Provider, out var provider) && provider != ExecutionProvider.Cpu)
        {
            failures.Add($"{RuntimeOptions.Section}:{nameof(options.AdapterType)} is '{options.AdapterType}'; with {nameof(options.Provider)} '{options.Provider}' it must be f32");
        }

        return failures;

        void Range(int value, int least, int most, string setting)
        {
            if (value < least || value > most)
            {
                failures.Add($"{RuntimeOptions.Section}:{setting} is {value}; it must be {least} to {most}");
            }
        }
    }
}
