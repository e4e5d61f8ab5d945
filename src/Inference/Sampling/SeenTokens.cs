using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Sampling;

/// <summary>The distinct tokens of a sequence: a bit a token and the list of those set.</summary>
internal sealed class SeenTokens(int vocabulary)
{
    private readonly ulong[] _bits = new ulong[(vocabulary + 63) / 64];
    private readonly List<int> _distinct = [];

    public ReadOnlySpan<int> Distinct => CollectionsMarshal.AsSpan(_distinct);

    public void Add(int token)
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
