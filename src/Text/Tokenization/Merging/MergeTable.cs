namespace ExpertCluster.Text.Tokenization.Merging;

/// <summary>Which pair of token ids becomes which token, and how early (0 first).</summary>
internal sealed class MergeTable(int capacity)
{
    private readonly Dictionary<ulong, Merge> _merges = new(capacity);

    /// <summary>A pair that is listed twice keeps its later rank, as in the reference implementation.</summary>
    public void Add(int left, int right, int rank, int result) => _merges[Key(left, right)] = new Merge(rank, result);

    public bool TryGet(int left, int right, out Merge merge) => _merges.TryGetValue(Key(left, right), out merge);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    public readonly record struct Merge(int Rank, int Result);
}
