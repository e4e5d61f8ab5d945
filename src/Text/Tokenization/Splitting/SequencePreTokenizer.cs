namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>Steps one after the other, each on every piece that the one before gave.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Apply(Piece piece, List<Piece> output, CancellationToken cancellation)
    {
        List<Piece> current = [piece];
        foreach (var step in steps)
        {
            List<Piece> next = new(current.Count);
            foreach (var part in current)
            {
                step.Apply(part, next, cancellation);
            }

            current = next;
        }

        output.AddRange(current);
    }
}
