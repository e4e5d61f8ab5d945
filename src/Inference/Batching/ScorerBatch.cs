using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Batching;

/// <summary>Rows of one step that a gate wants scored: one after another.</summary>
/// <param name="Entry">Whose.</param>
/// <param name="Branch">Whose gate chooses for them; null: the sequence's weighs its branches.</param>
/// <param name="FirstRow">Of the step.</param>
/// <param name="FirstPosition">Of the first one's token.</param>
/// <param name="Count">How many.</param>
/// <param name="Behind">The first so many are none of the step's: they came out of the prefix cache, and what they carry decides what follows.</param>
internal readonly record struct ScoredRows(StepEntry Entry, BranchState? Branch, int FirstRow, int FirstPosition, int Count, int Behind = 0);

/// <summary>The rows of one step whose gates share a scorer, and the buffers to score them in. Reused step by step.</summary>
internal sealed class ScorerBatch
{
    private readonly List<ScoredRows> _items = [];
    private int[] _windows = [];
    private float[] _scores = [];
    private int _rows;

    public IRowScorer? Scorer { get; private set; }

    public List<ScoredRows> Items => _items;

    public void Begin(IRowScorer scorer)
    {
        Scorer = scorer;
        _items.Clear();
        _rows = 0;
    }

    public void Clear() => (Scorer, _rows) = (null, 0);

    public void Add(in ScoredRows rows)
    {
        _items.Add(rows);
        _rows += rows.Count;
    }

    /// <summary>Fills the windows and scores them all at once.</summary>
    public void Score()
    {
        int width = Scorer!.Window;
        Grow(ref _windows, _rows * width);
        Grow(ref _scores, _rows * Scorer.Classes);
        int n = 0;
        foreach (var item in _items)
        {
            var tokens = item.Entry.Sequence.TokensAndDraft;
            for (int i = 0; i < item.Count; i++, n++)
            {
                FillWindow(_windows.AsSpan(n * width, width), tokens[..(item.FirstPosition + i + 1)]);
            }
        }

        Scorer.Score(_windows.AsSpan(0, _rows * width), _rows, _scores.AsSpan(0, _rows * Scorer.Classes));
    }

    /// <summary>The scores of the n-th row in the order of <see cref="Items"/>.</summary>
    public ReadOnlySpan<float> ScoresOf(int n) => _scores.AsSpan(n * Scorer!.Classes, Scorer.Classes);

    /// <summary>The newest tokens, the newest last, left-padded with -1.</summary>
    private static void FillWindow(Span<int> window, ReadOnlySpan<int> tokens)
    {
        int kept = Math.Min(window.Length, tokens.Length);
        window[..^kept].Fill(-1);
        tokens[^kept..].CopyTo(window[^kept..]);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[Math.Max(length, 2 * buffer.Length)];
        }
    }
}
