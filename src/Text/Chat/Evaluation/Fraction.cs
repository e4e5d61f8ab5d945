namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A whole number beyond 64 bits: templates can write it, and can't reckon with it.</summary>
/// <param name="Text">As JSON has it.</param>
internal sealed record Fraction(string Text);
