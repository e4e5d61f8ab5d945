using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Sampling;

/// <summary>The tokens of a sequence: which there are, a bit a token; and those of its answer, in order and counted.</summary>
public sealed class SeenTokens
{
    private readonly ulong[] _bits;
    private readonly List<int> _distinct = [];
    private readonly List<int> _generated = [];
    private readonly List<TokenCount> _counts = [];

    /// <summary>By token: where its count stands.</summary>
    private readonly Dictionary<int, int> _countAt = [];

    internal SeenTokens(int vocabulary) => _bits = new ulong[(vocabulary + 63) / 64];

    /// <summary>Each once, in the order they came first.</summary>
    public ReadOnlySpan<int> Distinct => CollectionsMarshal.AsSpan(_distinct);

    /// <summary>Whether prompt or output has it.</summary>
    public bool Contains(int token) => (_bits[token >> 6] & (1UL << (token & 63))) != 0;

    /// <summary>Tokens of the answer, in their order.</summary>
    public ReadOnlySpan<int> Generated => CollectionsMarshal.AsSpan(_generated);

    /// <summary>The same, each once, in the order they came first.</summary>
    public ReadOnlySpan<TokenCount> GeneratedCounts => CollectionsMarshal.AsSpan(_counts);

    internal void AddGenerated(int token)
    {
        Add(token);
        _generated.Add(token);
        ref int at = ref CollectionsMarshal.GetValueRefOrAddDefault(_countAt, token, out bool isKnown);
        if (isKnown)
        {
            _counts[at] = new TokenCount(token, _counts[at].Count + 1);
        }
        else
        {
            at = _counts.Count;
            _counts.Add(new TokenCount(token, 1));
        }
    }

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
