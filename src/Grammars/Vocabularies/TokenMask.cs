using System.Numerics;

namespace ExpertCluster.Grammars.Vocabularies;

/// <summary>A set of tokens, a bit each. Immutable once it is given out.</summary>
public sealed class TokenMask
{
    private readonly ulong[] _bits;

    internal TokenMask(int size) => _bits = new ulong[(size + 63) / 64];

    /// <summary>Tokens of the set.</summary>
    public int Count { get; private set; }

    /// <summary>64 tokens a word, the lowest id in the lowest bit.</summary>
    public ReadOnlySpan<ulong> Words => _bits;

    public bool Contains(int token) => (uint)(token >> 6) < (uint)_bits.Length && (_bits[token >> 6] & (1UL << (token & 63))) != 0;

    internal void Add(int token) => _bits[token >> 6] |= 1UL << (token & 63);

    internal void Seal()
    {
        int count = 0;
        foreach (ulong word in _bits)
        {
            count += BitOperations.PopCount(word);
        }

        Count = count;
    }
}
