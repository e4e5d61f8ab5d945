using ExpertCluster.Inference.Kernels.Elements;
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
        bool onCpu = Named(SettingNames.Providers, options.Provider, nameof(options.Provider)) is null or ExecutionProvider.Cpu;
        if (Named(SettingNames.KvCacheTypes, options.KvCacheType, nameof(options.KvCacheType)) is not (null or KvCacheType.Float32))
        {
            RequireCpu(options.KvCacheType, nameof(options.KvCacheType));
        }

        if (Named(SettingNames.AdapterTypes, options.AdapterType, nameof(options.AdapterType)) is not (null or AdapterType.Float32))
        {
            RequireCpu(options.AdapterType, nameof(options.AdapterType));
        }

        return failures;

        T? Named<T>(SettingNames<T> names, string value, string setting)
            where T : struct, Enum
        {
            if (names.TryParse(value, out var known))
            {
                return known;
            }

            failures.Add($"{RuntimeOptions.Section}:{setting} is '{value}'; it must be one of {names.All}");
            return null;
        }

        // The portable graph's operators are the library's, which take f32.
        void RequireCpu(string value, string setting)
        {
            if (!onCpu)
            {
                failures.Add($"{RuntimeOptions.Section}:{setting} is '{value}'; with {nameof(options.Provider)} '{options.Provider}' it must be f32");
            }
        }

        void Range(int value, int least, int most, string setting)
        {
            if (value < least || value > most)
            {
                failures.Add($"{RuntimeOptions.Section}:{setting} is {value}; it must be {least} to {most}");
            }
        }
    }
}
