namespace ExpertCluster.Text.Chat.Syntax;

internal enum TokenKind
{
    /// <summary>Text outside tags.</summary>
    Text,
    StatementStart,
    StatementEnd,
    ExpressionStart,
    ExpressionEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <param name="Text">The text, name, operator, digits, or a string's value without quotes and escapes.</param>
/// <param name="At">Where it starts in the template, in UTF-16 units.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int At);
