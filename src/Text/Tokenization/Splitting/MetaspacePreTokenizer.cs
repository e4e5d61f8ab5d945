using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>When the replacement character goes before a piece that does not start with it.</summary>
internal enum PrependScheme
{
    Always,

    /// <summary>Only before the piece at the input's start.</summary>
    First,
    Never,
}

/// <summary>SentencePiece's treatment of spaces: each becomes a visible character, one is put in front.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly SplitPreTokenizer _split =
        new(new LiteralPattern(replacement.ToString()), SplitBehavior.MergedWithNext, invert: false);

    public void Apply(Piece piece, List<Piece> output, TextBudget budget)
    {
        // The piece, the same with other spaces, and with one in front.
        budget.Text(piece.Length + 1L);
        budget.Take(2L * ((sizeof(char) * piece.Length) + Piece.TextBytes));
        string text = piece.Span.ToString().Replace(' ', replacement);
        bool prepend = scheme == PrependScheme.Always || (scheme == PrependScheme.First && piece.Opening);
        if (prepend && text.Length > 0 && text[0] != replacement)
        {
            text = replacement + text;
        }

        var rewritten = new Piece(text, 0, text.Length, piece.Opening);
        if (split)
        {
            _split.Apply(rewritten, output, budget);
        }
        else
        {
            budget.Take(Piece.Bytes);
            output.Add(rewritten);
        }
    }
}
