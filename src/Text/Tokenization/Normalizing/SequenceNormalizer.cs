namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Normalizers one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public string Normalize(string text, CancellationToken cancellation)
    {
        foreach (var step in steps)
        {
            text = step.Normalize(text, cancellation);
        }

        return text;
    }
}
