namespace ExpertCluster.Router.Tools;

/// <summary>How calls stand in a text.</summary>
internal sealed record CallFormat
{
    /// <summary>What goes before a call, or a list of them; null: the whole answer is one.</summary>
    public string? Mark { get; init; }

    /// <summary>Whether an object at the very beginning of the answer is a call without any mark, too.</summary>
    public bool OpensBare { get; init; }

    /// <summary>Whether calls are the elements of an array.</summary>
    public bool IsList { get; init; }

    /// <summary>What may follow a call, and is none of the text; null: nothing.</summary>
    public string? EndMark { get; init; }

    /// <summary>Stands between two calls that go by one mark; null: each has its own.</summary>
    public char? Separator { get; init; }
}
