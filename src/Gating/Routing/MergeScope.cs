namespace ExpertCluster.Gating.Routing;

/// <summary>How often the gate chooses; numbered as on the wire.</summary>
public enum MergeScope
{
    /// <summary>The default of the mode.</summary>
    Unspecified = 0,

    /// <summary>Once, for the whole answer.</summary>
    Request = 1,

    /// <summary>Again for every token.</summary>
    Token = 2,
}
