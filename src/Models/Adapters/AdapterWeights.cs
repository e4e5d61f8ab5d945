namespace ExpertCluster.Models.Adapters;

/// <summary>
/// One LoRA adapter in the layout that the runtime stacks: per layer and <see cref="LoraSite"/>,
/// A is [segments * rank, inputs] and B is [rank, outputs], both row-major. The scale (alpha / r, or
/// alpha / sqrt(r) with rsLoRA) is already multiplied into B. Projections the adapter leaves alone are zero.
/// </summary>
public sealed class AdapterWeights
{
    /// <summary>The rank of every site: the largest of the adapter's, smaller ones padded with zeros.</summary>
    public required int Rank { get; init; }

    /// <summary>SHA-256 over rank and scaled tensors as loaded, lower-case hex: caches key on it, never on a name.</summary>
    public required string Digest { get; init; }

    /// <summary>[layer][(int)site], null where no projection of the site is adapted.</summary>
    public required IReadOnlyList<SiteWeights?[]> Layers { get; init; }
}

/// <summary>A is [segments * rank, inputs], B is [rank, outputs], row-major.</summary>
public sealed record SiteWeights(float[] A, float[] B);
