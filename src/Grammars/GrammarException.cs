namespace ExpertCluster.Grammars;

/// <summary>
/// A schema, an expression or a grammar that can't be read, that allows no text at all, or that costs more than <see cref="GrammarLimits"/> allow. The
/// message names the place and the limit, and is the rest of a sentence that begins with the field's name.
/// </summary>
public sealed class GrammarException(string message) : Exception(ErrorText.OneLine(message));
