using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>Steps one after the other, each on every piece that the one before gave.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Apply(Piece piece, List<Piece> output, TextBudget budget)
    {
        List<Piece> current = [piece];
        foreach (var step in steps)
        {
            budget.Take((long)current.Count * Piece.Bytes);
            List<Piece> next = new(current.Count);
            foreach (var part in current)
            {
                step.Apply(part, next, budget);
            }

            current = next;
        }

        budget.Take((long)current.Count * Piece.Bytes);
        output.AddRange(current);
    }
}
