namespace ExpertCluster.Inference.Batching;

/// <summary>The ranges of <see cref="EngineOptions"/>, for all who set them.</summary>
public static class EngineLimits
{
    public const int MostQueued = 65_536;

    /// <summary>Branches of a request, where nothing else is set: each needs a row of its prompt in the first step.</summary>
    public const int Branches = 4;

    public const int MostBranches = 16;

    public const int MostPrefill = 8_192;

    public const int MostDraftRows = 256;

    public const int MostOutput = 65_536;

    public const int MostSamplingThreads = 256;

    /// <summary>Of host memory, for prefixes and for adapters: 1 TiB each.</summary>
    public const int MostMegabytes = 1 << 20;

    public const long MostBytes = (long)MostMegabytes << 20;
}
