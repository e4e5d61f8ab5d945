using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What <see cref="RuntimeOptions"/> mean to the runtime of a base. They have been checked.</summary>
internal static class EngineSettings
{
    /// <param name="options">Of the host.</param>
    /// <param name="maxPositions">What the base knows.</param>
    public static StepRunnerOptions OfRunner(RuntimeOptions options, int maxPositions) => new()
    {
        Slots = options.Slots,
        ContextLength = Math.Min(options.ContextLength, maxPositions),
        KvCacheType = SettingNames.KvCacheTypes.Parse(options.KvCacheType),
        MaxRows = options.Slots + options.PrefillChunk,
        AdaptersPerRow = options.AdaptersPerRow,
        AdapterCapacity = options.AdapterCapacity,
        AdapterRank = options.AdapterRank,
        AdapterType = SettingNames.AdapterTypes.Parse(options.AdapterType),
        Threads = options.Threads,
        SpinMicroseconds = options.SpinMicroseconds,
        Provider = SettingNames.Providers.Parse(options.Provider),
        ProfileFolder = options.ProfileFolder.Length == 0 ? null : options.ProfileFolder,
    };

    public static EngineOptions OfEngine(RuntimeOptions options) => new()
    {
        QueueLimit = options.QueueLimit,
        PrefillChunk = options.PrefillChunk,

        // The portable graph runs a slot of several rows by itself.
        DraftRows = SettingNames.Providers.Parse(options.Provider) == ExecutionProvider.Cpu ? options.DraftRows : 0,
        OutputBuffer = options.OutputBuffer,
        SamplingThreads = options.Threads,
        Filters = options.SamplerFilters ?? [],
        AdapterHostBytes = (long)options.AdapterHostMegabytes << 20,
        PrefixCacheBytes = (long)options.PrefixCacheMegabytes << 20,
    };
}
