namespace ExpertCluster.Models.Architecture;

/// <summary>The dimensions of a decoder, as far as a runtime needs them. Sizes are counts of elements.</summary>
public sealed record ModelShape
{
    private const int HeadMultiple = 16;

    public required int Vocabulary { get; init; }

    public required int Hidden { get; init; }

    public required int Intermediate { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadDimension { get; init; }

    /// <summary>Longest sequence, in tokens, that positions are defined for.</summary>
    public required int MaxPositions { get; init; }

    public required double RopeTheta { get; init; }

    public required double NormEpsilon { get; init; }

    public required bool TiedEmbeddings { get; init; }

    /// <summary>
    /// Whether the checkpoint has q, k and v, and gate and up, as one module each (Phi-3): adapters then have one pair of
    /// matrices for all of them.
    /// </summary>
    public bool FusedProjections { get; init; }

    /// <summary>
    /// Elements of a head in the cache of the portable graph, whose operator takes multiples of 16: the ones behind
    /// <see cref="HeadDimension"/> are zeros, and change no product.
    /// </summary>
    public int PaddedHeadDimension => (HeadDimension + HeadMultiple - 1) / HeadMultiple * HeadMultiple;

    public int QueryWidth => Heads * HeadDimension;

    public int KeyValueWidth => KeyValueHeads * HeadDimension;

    public int QueryKeyValueWidth => QueryWidth + (2 * KeyValueWidth);
}
