using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>What becomes of a match: HF's <c>behavior</c>.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts text at the matches of a pattern (or, inverted, at what lies between them).</summary>
internal sealed class SplitPreTokenizer(ITextPattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    /// <summary>Of one in a list that grows.</summary>
    private const int CutBytes = 24;

    private readonly record struct Cut(int Start, int End, bool IsMatch);

    public void Apply(Piece piece, List<Piece> output, TextBudget budget)
    {
        var cuts = Cuts(piece.Span, budget);
        switch (behavior)
        {
            case SplitBehavior.MergedWithPrevious:
                Join(cuts, (left, right) => right.IsMatch && !left.IsMatch);
                break;
            case SplitBehavior.MergedWithNext:
                Join(cuts, (left, right) => left.IsMatch && !right.IsMatch);
                break;
            case SplitBehavior.Contiguous:
                Join(cuts, (left, right) => left.IsMatch == right.IsMatch);
                break;
            case SplitBehavior.Removed:
                cuts.RemoveAll(cut => cut.IsMatch);
                break;
            case SplitBehavior.Isolated:
                break;
            default:
                throw new InvalidOperationException($"Unknown split behavior {behavior}.");
        }

        budget.Take((long)cuts.Count * Piece.Bytes);
        foreach (var cut in cuts)
        {
            output.Add(piece.Slice(cut.Start, cut.End - cut.Start));
        }
    }

    private List<Cut> Cuts(ReadOnlySpan<char> text, TextBudget budget)
    {
        List<Cut> cuts = [];
        int at = 0;
        foreach (var (start, end) in pattern.Matches(text, budget))
        {
            Add(at, start, invert);
            Add(start, end, !invert);
            at = end;
        }

        Add(at, text.Length, invert);
        return cuts;

        void Add(int start, int end, bool isMatch)
        {
            if (end > start)
            {
                budget.Take(CutBytes);
                cuts.Add(new Cut(start, end, isMatch));
            }
        }
    }

    private static void Join(List<Cut> cuts, Func<Cut, Cut, bool> together)
    {
        if (cuts.Count == 0)
        {
            return;
        }

        int last = 0;
        for (int i = 1; i < cuts.Count; i++)
        {
            // The joined piece counts as what its newest part is, so that only direct neighbours join.
            if (together(cuts[last], cuts[i]))
            {
                cuts[last] = cuts[i] with { Start = cuts[last].Start };
            }
            else
            {
                cuts[++last] = cuts[i];
            }
        }

        cuts.RemoveRange(last + 1, cuts.Count - last - 1);
    }
}
