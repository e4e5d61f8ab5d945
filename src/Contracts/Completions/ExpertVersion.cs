namespace ExpertCluster.Contracts.Completions;

/// <summary>As what a revision stands under an expert's name.</summary>
public enum ExpertVersion
{
    /// <summary>What serves.</summary>
    Stable = 0,

    /// <summary>Answers some of the requests in the stable one's place.</summary>
    Canary = 1,

    /// <summary>Gets copies of requests; nobody sees its answers.</summary>
    Shadow = 2,
}
