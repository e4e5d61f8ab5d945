using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Merging;

/// <summary>
/// Merges the symbols of one word until no pair is in the table. Symbols are a linked list over arrays and
/// candidates wait in a heap: n symbols cost O(n log n), however long the word is.
/// </summary>
internal static class PairMerger
{
    /// <summary>A symbol in the list, and one entry of the heap, in bytes.</summary>
    public const int SymbolBytes = (3 * sizeof(int)) + sizeof(ulong);

    private const int Dead = -1;
    private const int StepsBetweenChecks = 4096;

    public static void Merge(List<int> symbols, MergeTable table, List<int> output, CancellationToken cancellation)
    {
        int count = symbols.Count;
        if (count < 2)
        {
            output.AddRange(symbols);
            return;
        }

        int[] buffer = LargeArrays<int>.Rent(3 * count);
        var heap = new RankHeap(count);
        try
        {
            var list = new SymbolList(buffer, count);
            for (int i = 0; i < count; i++)
            {
                list.Set(i, symbols[i]);
            }

            for (int i = 0; i + 1 < count; i++)
            {
                Offer(ref heap, list, table, i);
            }

            MergeAll(ref heap, list, table, cancellation);
            for (int i = 0; i >= 0; i = list.Next[i])
            {
                output.Add(list.Ids[i]);
            }
        }
        finally
        {
            heap.Dispose();
            LargeArrays<int>.Return(buffer);
        }
    }

    private static void MergeAll(ref RankHeap heap, SymbolList list, MergeTable table, CancellationToken cancellation)
    {
        for (int steps = 0; heap.TryPop(out int rank, out int at); steps++)
        {
            if (steps % StepsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            // An entry is stale when a neighbour has merged since: its rank is no longer that of the pair here.
            int right = list.Next[at];
            if (list.Ids[at] == Dead || right < 0
                || !table.TryGet(list.Ids[at], list.Ids[right], out var merge) || merge.Rank != rank)
            {
                continue;
            }

            list.Join(at, right, merge.Result);
            if (list.Previous[at] >= 0)
            {
                Offer(ref heap, list, table, list.Previous[at]);
            }

            Offer(ref heap, list, table, at);
        }
    }

    private static void Offer(ref RankHeap heap, SymbolList list, MergeTable table, int at)
    {
        int right = list.Next[at];
        if (right >= 0 && table.TryGet(list.Ids[at], list.Ids[right], out var merge))
        {
            heap.Push(merge.Rank, at);
        }
    }

    private readonly ref struct SymbolList(int[] buffer, int count)
    {
        public Span<int> Ids { get; } = buffer.AsSpan(0, count);

        public Span<int> Next { get; } = buffer.AsSpan(count, count);

        public Span<int> Previous { get; } = buffer.AsSpan(2 * count, count);

        public void Set(int at, int id)
        {
            Ids[at] = id;
            Next[at] = at + 1 < Ids.Length ? at + 1 : -1;
            Previous[at] = at - 1;
        }

        public void Join(int left, int right, int id)
        {
            Ids[left] = id;
            Ids[right] = Dead;
            Next[left] = Next[right];
            if (Next[left] >= 0)
            {
                Previous[Next[left]] = left;
            }
        }
    }
}
