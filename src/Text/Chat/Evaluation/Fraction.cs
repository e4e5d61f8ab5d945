namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A number that is not whole, or too large: templates can write it, and reckon with whole ones only.</summary>
/// <param name="Text">As JSON has it.</param>
internal sealed record Fraction(string Text);
