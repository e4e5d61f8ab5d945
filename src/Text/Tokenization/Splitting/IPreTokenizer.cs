using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>A step that cuts pieces of text into smaller ones, or rewrites them. Immutable.</summary>
internal interface IPreTokenizer
{
    void Apply(Piece piece, List<Piece> output, TextBudget budget);
}
