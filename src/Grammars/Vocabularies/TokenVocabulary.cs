namespace ExpertCluster.Grammars.Vocabularies;

/// <summary>The tokens that texts are made of: a tree of their bytes, laid out in the order in which it is walked. Immutable, shared by all grammars.</summary>
public sealed class TokenVocabulary
{
    private readonly byte[]?[] _bytes;

    /// <param name="bytes">By id: what a token adds to the text; null or empty: no grammar draws it (special tokens, numbers that no token has).</param>
    public TokenVocabulary(IReadOnlyList<byte[]?> bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _bytes = [.. bytes.Select(token => token is { Length: > 0 and <= GrammarLimits.MaxTokenBytes } ? token : null)];
        int[] order = [.. Enumerable.Range(0, _bytes.Length).Where(id => _bytes[id] is not null)];
        Array.Sort(order, (a, b) => _bytes[a].AsSpan().SequenceCompareTo(_bytes[b]));
        Longest = order.Length == 0 ? 0 : order.Max(id => _bytes[id]!.Length);
        Nodes = Build(order);
    }

    /// <summary>Tokens, those among them that no grammar draws.</summary>
    public int Size => _bytes.Length;

    /// <summary>Bytes of the longest.</summary>
    public int Longest { get; }

    /// <summary>All but the root; a node's children come right behind it.</summary>
    internal IReadOnlyList<TokenNode> Nodes { get; }

    /// <summary>Empty where no grammar draws the token.</summary>
    internal ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)_bytes.Length ? _bytes[token] : [];

    private TokenNode[] Build(int[] order)
    {
        List<(byte Label, byte Depth, List<int> Tokens)> nodes = [];
        Stack<int> path = new();
        ReadOnlySpan<byte> before = [];
        foreach (int id in order)
        {
            ReadOnlySpan<byte> bytes = _bytes[id];
            int shared = before.CommonPrefixLength(bytes);
            while (path.Count > shared)
            {
                path.Pop();
            }

            for (int depth = shared; depth < bytes.Length; depth++)
            {
                path.Push(nodes.Count);
                nodes.Add((bytes[depth], (byte)(depth + 1), []));
            }

            nodes[path.Peek()].Tokens.Add(id);
            before = bytes;
        }

        // Where the walk goes on that leaves a node's children out: the next node that is no deeper.
        var built = new TokenNode[nodes.Count];
        Stack<int> deeper = new();
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            while (deeper.TryPeek(out int next) && nodes[next].Depth > nodes[i].Depth)
            {
                deeper.Pop();
            }

            built[i] = new TokenNode(nodes[i].Label, nodes[i].Depth, deeper.TryPeek(out int behind) ? behind : nodes.Count, [.. nodes[i].Tokens]);
            deeper.Push(i);
        }

        return built;
    }
}
