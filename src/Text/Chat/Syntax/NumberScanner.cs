namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>Numbers as Jinja's lexer knows them: digits with single underscores, fractions, exponents, and the bases 2, 8 and 16.</summary>
internal static class NumberScanner
{
    /// <param name="text">The template.</param>
    /// <param name="start">Of a digit.</param>
    /// <param name="member">It stands behind a point, where no fraction can be.</param>
    public static (int End, TokenKind Kind) Scan(string text, int start, bool member)
    {
        if (text[start] == '0' && start + 2 < text.Length && char.ToLowerInvariant(text[start + 1]) is 'b' or 'o' or 'x' && char.IsAsciiHexDigit(text[start + 2]))
        {
            return (Digits(text, start + 2, char.IsAsciiHexDigit), TokenKind.Integer);
        }

        int end = Digits(text, start, char.IsAsciiDigit);
        var kind = TokenKind.Integer;
        if (member)
        {
            return (end, kind);
        }

        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
        {
            (end, kind) = (Digits(text, end + 1, char.IsAsciiDigit), TokenKind.Float);
        }

        int exponent = end + 1 < text.Length && text[end] is 'e' or 'E' ? end + (text[end + 1] is '+' or '-' ? 2 : 1) : text.Length;
        return exponent < text.Length && char.IsAsciiDigit(text[exponent]) ? (Digits(text, exponent, char.IsAsciiDigit), TokenKind.Float) : (end, kind);
    }

    private static int Digits(string text, int at, Func<char, bool> isDigit)
    {
        while (at < text.Length && (isDigit(text[at]) || (text[at] == '_' && at + 1 < text.Length && isDigit(text[at + 1]))))
        {
            at++;
        }

        return at;
    }
}
