using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What <see cref="RuntimeOptions"/> mean to the runtime of a base. They have been checked.</summary>
internal static class EngineSettings
{
    /// <summary>Of a row, for adapters, where nothing else is set.</summary>
    private const int PortablePlaces = 4;

    /// <param name="options">Of the host.</param>
    /// <param name="maxPositions">What the base knows.</param>
    public static StepRunnerOptions OfRunner(RuntimeOptions options, int maxPositions) => new()
    {
        Slots = options.Slots,
        ContextLength = Math.Min(options.ContextLength, maxPositions),
        KvCacheType = SettingNames.KvCacheTypes.Parse(options.KvCacheType),
        MaxRows = options.Slots + options.PrefillChunk,
        AdaptersPerRow = options.AdaptersPerRow != 0 ? options.AdaptersPerRow : IsCpu(options) ? StepRunnerLimits.MostAdaptersPerRow : PortablePlaces,
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
        MaxBranches = EngineLimits.MostBranches,

        // The portable graph runs a slot of several rows by itself.
        DraftRows = IsCpu(options) ? options.DraftRows : 0,
        OutputBuffer = options.OutputBuffer,
        SamplingThreads = options.Threads,
        Filters = options.SamplerFilters ?? [],
        AdapterHostBytes = (long)options.AdapterHostMegabytes << 20,
        PrefixCacheBytes = (long)options.PrefixCacheMegabytes << 20,
    };

    private static bool IsCpu(RuntimeOptions options) => SettingNames.Providers.Parse(options.Provider) == ExecutionProvider.Cpu;
}
