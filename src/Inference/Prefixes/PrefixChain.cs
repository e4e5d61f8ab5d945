using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Prefixes;

/// <summary>The keys of the whole blocks that one branch has filled, the first block first, and the next one's once asked for.</summary>
internal sealed class PrefixChain(string domain)
{
    private readonly List<PrefixKey> _keys = [];
    private readonly PrefixKey _root = PrefixKey.Of(domain);
    private PrefixKey? _next;

    public ReadOnlySpan<PrefixKey> Keys => CollectionsMarshal.AsSpan(_keys);

    /// <summary>The key with these tokens after what is filled; the tokens of a position never change, so it is hashed once.</summary>
    public PrefixKey Next(ReadOnlySpan<int> tokens) => _next ??= (_keys.Count == 0 ? _root : _keys[^1]).Then(tokens);

    /// <summary>The block that <see cref="Next"/> named is filled.</summary>
    public void Advance()
    {
        _keys.Add(_next!.Value);
        _next = null;
    }
}
