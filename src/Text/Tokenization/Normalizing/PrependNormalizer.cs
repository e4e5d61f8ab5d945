using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Puts a text in front of what is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text, TextBudget budget)
    {
        if (text.Length == 0)
        {
            return text;
        }

        budget.Text((long)prefix.Length + text.Length);
        return prefix + text;
    }
}
