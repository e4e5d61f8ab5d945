namespace ExpertCluster.Inference.Merging;

/// <summary>Bounds of ensembles that several processes compute.</summary>
public static class EnsembleLimits
{
    /// <summary>Tokens that a <see cref="TokenDistribution"/> names, where nothing else is set.</summary>
    public const int Named = 1024;

    public const int MostNamed = 1 << 16;

    /// <summary>Members beside the engine's own branches.</summary>
    public const int MostMembers = 15;
}
