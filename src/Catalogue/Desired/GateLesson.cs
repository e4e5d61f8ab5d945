namespace ExpertCluster.Catalogue.Desired;

/// <summary>A text, and who should answer it: an example beside those of the catalogue.</summary>
/// <param name="Expert">Its name; one that the catalogue doesn't have (any more) teaches nothing.</param>
/// <param name="Text">One line.</param>
public sealed record GateLesson(string Expert, string Text);
