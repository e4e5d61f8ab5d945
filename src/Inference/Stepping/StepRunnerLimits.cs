namespace ExpertCluster.Inference.Stepping;

/// <summary>The ranges of <see cref="StepRunnerOptions"/>, for all who set them.</summary>
public static class StepRunnerLimits
{
    public const int MostSlots = 4_096;

    public const int MostRows = 65_536;

    public const int MostAdaptersPerRow = 16;

    public const int MostAdapters = 4_096;

    public const int MostRank = 256;

    public const int MostThreads = 1_024;

    public const int MostSpinMicroseconds = 100_000;
}
