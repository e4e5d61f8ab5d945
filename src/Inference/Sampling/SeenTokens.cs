using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Sampling;

/// <summary>The distinct tokens of a sequence: a bit a token and the list of those set.</summary>
public sealed class SeenTokens
{
    private readonly ulong[] _bits;
    private readonly List<int> _distinct = [];

    internal SeenTokens(int vocabulary) => _bits = new ulong[(vocabulary + 63) / 64];

    /// <summary>Each once, in the order they came first.</summary>
    public ReadOnlySpan<int> Distinct => CollectionsMarshal.AsSpan(_distinct);

    /// <summary>Whether prompt or output has it.</summary>
    public bool Contains(int token) => (_bits[token >> 6] & (1UL << (token & 63))) != 0;

    internal void Add(int token)
    {
        ref ulong word = ref _bits[token >> 6];
        ulong bit = 1UL << (token & 63);
        if ((word & bit) == 0)
        {
            word |= bit;
            _distinct.Add(token);
        }
    }
}
