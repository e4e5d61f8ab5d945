namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Puts a text in front of what is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text, CancellationToken cancellation) => text.Length == 0 ? text : prefix + text;
}
