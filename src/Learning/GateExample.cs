namespace ExpertCluster.Learning;

/// <summary>A prompt of an expert's field and, where known, an answer: the token gate must know a field by both.</summary>
public sealed record GateExample(string Prompt, string? Answer = null)
{
    /// <summary>What several examples were made from, as of a keyword: to hold one out is to hold all out. Null: it is its own.</summary>
    internal string? MadeFrom { get; init; }
}
