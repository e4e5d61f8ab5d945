namespace ExpertCluster.Gating.Routing;

/// <summary>How several experts answer as one; numbered as on the wire.</summary>
public enum MergeMode
{
    /// <summary>The default of the plan's experts: route at token scope where they share a base, else an ensemble of 2.</summary>
    Unspecified = 0,

    /// <summary>One expert a token.</summary>
    Route = 1,

    /// <summary>The weighted mean of several adapters of one base, inside one forward pass.</summary>
    Mix = 2,

    /// <summary>The weighted mean of several experts' next-token probabilities.</summary>
    Ensemble = 3,

    /// <summary>The cheapest expert first, the next when its confidence is low.</summary>
    Cascade = 4,
}
