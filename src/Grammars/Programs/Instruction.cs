namespace ExpertCluster.Grammars.Programs;

internal enum Operation
{
    /// <summary>Reads a byte.</summary>
    Bytes,

    /// <summary>Goes on at each of the targets.</summary>
    Split,

    /// <summary>Does what a rule says, then goes on at Next.</summary>
    Call,

    /// <summary>Does the body so many times, counting, then goes on at Next.</summary>
    Repeat,

    /// <summary>Ends a rule, or the body of a repeat.</summary>
    Return,
}

/// <summary>With a byte of first to last, both among them, to an instruction.</summary>
internal readonly record struct ByteEdge(byte First, byte Last, int Next);

/// <summary>One instruction of a program; which fields count depends on the operation.</summary>
internal readonly record struct Instruction(Operation Operation)
{
    private static readonly ByteEdge[] NoEdges = [];
    private static readonly int[] NoTargets = [];

    /// <summary>Of Bytes: disjoint, rising.</summary>
    public ByteEdge[] Edges { get; init; } = NoEdges;

    /// <summary>Of Split.</summary>
    public int[] Targets { get; init; } = NoTargets;

    /// <summary>Of Call: the rule's number. Of Repeat: where its body starts.</summary>
    public int Body { get; init; }

    /// <summary>Of Call and Repeat.</summary>
    public int Next { get; init; }

    /// <summary>Of Repeat.</summary>
    public int Least { get; init; }

    /// <summary>Of Repeat; <see cref="int.MaxValue"/>: without an upper bound.</summary>
    public int Most { get; init; }
}
