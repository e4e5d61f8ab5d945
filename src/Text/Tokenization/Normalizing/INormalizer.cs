using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>Rewrites text before it is split. Immutable.</summary>
internal interface INormalizer
{
    string Normalize(string text, TextBudget budget);
}
