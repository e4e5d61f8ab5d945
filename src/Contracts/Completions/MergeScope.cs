namespace ExpertCluster.Contracts.Completions;

/// <summary>How often the gate chooses.</summary>
public enum MergeScope
{
    /// <summary>The default of the merge.</summary>
    Unspecified = 0,

    /// <summary>Once, for the whole answer.</summary>
    Request = 1,

    /// <summary>Again for every token.</summary>
    Token = 2,
}
