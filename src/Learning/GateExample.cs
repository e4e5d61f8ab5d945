namespace ExpertCluster.Learning;

/// <summary>A prompt of an expert's field and, where known, an answer: the token gate must know a field by both.</summary>
public sealed record GateExample(string Prompt, string? Answer = null);
