namespace Orleans.OneMachine.Hosting;

/// <summary>That clustering was chosen; with a refusal where it is one that this build can not do.</summary>
internal sealed record ClusteringChoice(string? Refusal);
