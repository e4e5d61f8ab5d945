namespace ExpertCluster.Text.Bounds;

/// <summary>A text that costs more to tokenize than <see cref="TextLimits"/> allow; the message is the end of a sentence that begins with the text's name.</summary>
public sealed class TextLimitException(string message) : Exception(message);
