namespace ExpertCluster.Models.Architecture;

/// <summary>How queries and keys are rotated by their position.</summary>
/// <param name="Frequencies">Radians a position, for each pair of rotated elements.</param>
/// <param name="Scale">Multiplies cos and sin: the attention factor of yarn and longrope.</param>
/// <param name="Positions">The longest sequence that these frequencies are right for, in tokens.</param>
internal sealed record RotaryEmbedding(IReadOnlyList<double> Frequencies, double Scale, int Positions)
{
    private const int PairMultiple = 8;

    /// <summary>Elements of a head that are rotated; the ones behind them pass.</summary>
    public int Dimension => 2 * Frequencies.Count;

    /// <summary>Pairs that the portable graph's operator turns for as many elements: whole eights.</summary>
    public static int PaddedPairs(int dimension) => ((dimension / 2) + PairMultiple - 1) / PairMultiple * PairMultiple;
}
