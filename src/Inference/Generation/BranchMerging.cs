namespace ExpertCluster.Inference.Generation;

/// <summary>What branches give together.</summary>
public enum BranchMerging
{
    /// <summary>The weighted mean of their probabilities; weights are normalised to a sum of 1.</summary>
    Mean = 0,

    /// <summary>The product of their probabilities, each to the power of its weight as it stands, normalised: logits are added.</summary>
    Product = 1,
}
