namespace ExpertCluster.Contracts.Routing;

/// <summary>Why a plan isn't simply the gate's choice. Clients see these words.</summary>
public static class PlanReasons
{
    /// <summary>No expert was likely enough, so the generalist answers; at token scope beside the expert that leads all the same.</summary>
    public const string Floor = "floor";

    /// <summary>The caller named an expert.</summary>
    public const string Named = "named";

    /// <summary>The caller gave the experts to merge.</summary>
    public const string Pinned = "pinned";

    /// <summary>A rule of the catalogue says who answers.</summary>
    public const string Rule = "rule";

    /// <summary>There is only one expert.</summary>
    public const string SingleExpert = "single_expert";

    /// <summary>Another host goes on, as the first one was lost.</summary>
    public const string Resumed = "resumed";
}
