namespace ExpertCluster.Contracts.Tools;

/// <summary>Whether an answer calls tools.</summary>
public enum ToolChoice
{
    /// <summary>As it sees fit.</summary>
    Auto = 0,

    /// <summary>It does not, and is not told of any.</summary>
    None = 1,

    /// <summary>One or more, and nothing beside.</summary>
    Required = 2,

    /// <summary>The one that is named, once.</summary>
    Named = 3,
}
