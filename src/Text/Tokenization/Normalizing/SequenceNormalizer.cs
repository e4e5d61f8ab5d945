using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Normalizers one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public string Normalize(string text, TextBudget budget)
    {
        foreach (var step in steps)
        {
            budget.Check();
            text = step.Normalize(text, budget);
        }

        return text;
    }
}
