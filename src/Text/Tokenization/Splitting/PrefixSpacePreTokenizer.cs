using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>The byte-level pre-tokenizer's <c>add_prefix_space</c>: a space before a piece that has none.</summary>
internal sealed class PrefixSpacePreTokenizer : IPreTokenizer
{
    public void Apply(Piece piece, List<Piece> output, TextBudget budget)
    {
        if (piece.Length > 0 && piece.Span[0] != ' ')
        {
            budget.Text(piece.Length + Piece.TextBytes);
            piece = new Piece($" {piece.Span}", 0, piece.Length + 1, piece.Opening);
        }

        budget.Take(Piece.Bytes);
        output.Add(piece);
    }
}
