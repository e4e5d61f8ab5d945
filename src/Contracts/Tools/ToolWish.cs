namespace ExpertCluster.Contracts.Tools;

/// <summary>Which tools an answer may call, and whether it has to.</summary>
public sealed record ToolWish
{
    /// <summary>No tools.</summary>
    public static readonly ToolWish None = new();

    public IReadOnlyList<Tool> Tools { get; init; } = [];

    public ToolChoice Choice { get; init; }

    /// <summary>Of the tool that has to be called; empty unless <see cref="ToolChoice.Named"/>.</summary>
    public string Named { get; init; } = "";

    /// <summary>Whether an answer may have several calls; else those behind the first are left out.</summary>
    public bool Parallel { get; init; } = true;

    /// <summary>Whether an answer is searched for calls.</summary>
    public bool IsOpen => Tools.Count > 0 && Choice != ToolChoice.None;
}
