namespace ExpertCluster.Grammars.Regexes;

/// <summary>What an expression has to match.</summary>
internal enum RegexMode
{
    /// <summary>The whole text, as vLLM's structured_outputs.regex.</summary>
    Whole,

    /// <summary>Something in the text, as JSON Schema's pattern.</summary>
    Somewhere,
}
