namespace ExpertCluster.Contracts.Routing;

/// <summary>What a host can do with several experts of one base in a step. Merge policies say which, and of whom.</summary>
public enum MergeForm
{
    /// <summary>One expert a token.</summary>
    Route = 1,

    /// <summary>The weighted mean of several adapters of one base, inside one forward pass.</summary>
    Mix = 2,

    /// <summary>The weighted mean of several experts' next-token probabilities.</summary>
    Ensemble = 3,
}
