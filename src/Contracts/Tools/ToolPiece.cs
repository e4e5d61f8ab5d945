namespace ExpertCluster.Contracts.Tools;

/// <summary>What a piece of an answer is.</summary>
public enum ToolPieceKind
{
    /// <summary>What the answer says.</summary>
    Text = 0,

    /// <summary>The name of a call that begins.</summary>
    Call = 1,

    /// <summary>More of the arguments of the call that began last, as JSON.</summary>
    Arguments = 2,

    /// <summary>The call that began last turned out to be none: its text, from its mark on.</summary>
    Broken = 3,
}

/// <summary>A piece of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">By its kind.</param>
public readonly record struct ToolPiece(ToolPieceKind Kind, string Text)
{
    /// <summary>Of a broken call: the part of its text that nobody has been given.</summary>
    public string Rest { get; init; } = "";
}
