using System.Text;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>
/// Cuts a template into tokens. White space goes as in Jinja with trim_blocks (the newline after a statement
/// or comment) and lstrip_blocks (blanks before one that starts its line); a minus inside a tag takes all
/// white space on its side, a plus keeps it. One newline at the template's end is dropped.
/// </summary>
internal sealed class TemplateLexer
{
    private readonly TemplateSource _source;
    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;

    // Brackets of a tag that are still open: what looks like the tag's end within them is not.
    private int _open;

    private TemplateLexer(TemplateSource source)
    {
        _source = source;
        _text = source.Text.EndsWith('\n') ? source.Text[..^1] : source.Text;
    }

    public static List<Token> Read(TemplateSource source)
    {
        var lexer = new TemplateLexer(source);
        while (lexer._at < lexer._text.Length)
        {
            lexer.TextThenTag();
        }

        lexer.Add(TokenKind.End, "", lexer._text.Length);
        return lexer._tokens;
    }

    private void TextThenTag()
    {
        int start = _at;
        int tag = NextTag(start);
        if (tag < 0)
        {
            Add(TokenKind.Text, _text[start..], start);
            _at = _text.Length;
            return;
        }

        char kind = _text[tag + 1];
        char mark = tag + 2 < _text.Length ? _text[tag + 2] : '\0';
        var before = _text.AsSpan(start, tag - start);
        if (mark == '-')
        {
            before = before.TrimEnd();
        }
        else if (kind != '{' && mark != '+')
        {
            before = WithoutIndent(before, start);
        }

        if (before.Length > 0)
        {
            Add(TokenKind.Text, before.ToString(), start);
        }

        _at = tag + (mark is '-' or '+' ? 3 : 2);
        if (kind == '#')
        {
            Comment(tag);
        }
        else
        {
            Tag(tag, isStatement: kind == '%');
        }
    }

    private int NextTag(int from)
    {
        for (int at = from; (at = _text.IndexOf('{', at)) >= 0 && at + 1 < _text.Length; at++)
        {
            if (_text[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    private ReadOnlySpan<char> WithoutIndent(ReadOnlySpan<char> before, int start)
    {
        var trimmed = before.TrimEnd(" \t");
        bool startsLine = trimmed.Length > 0 ? trimmed[^1] == '\n' : start == 0 || _text[start - 1] == '\n';
        return startsLine ? trimmed : before;
    }

    private void Comment(int start)
    {
        int end = _text.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw _source.Error(start, "the comment has no end");
        }

        char mark = end > _at ? _text[end - 1] : '\0';
        _at = end + 2;
        AfterTag(mark, isStatement: true);
    }

    private void Tag(int start, bool isStatement)
    {
        Add(isStatement ? TokenKind.StatementStart : TokenKind.ExpressionStart, "", start);
        string end = isStatement ? "%}" : "}}";
        _open = 0;
        while (true)
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }

            if (_at >= _text.Length)
            {
                throw _source.Error(start, $"the tag has no {end}");
            }

            char mark = _text[_at];
            bool marked = mark is '-' or '+' && string.CompareOrdinal(_text, _at + 1, end, 0, 2) == 0;
            if (_open == 0 && (marked || string.CompareOrdinal(_text, _at, end, 0, 2) == 0))
            {
                Add(isStatement ? TokenKind.StatementEnd : TokenKind.ExpressionEnd, end, _at);
                _at += marked ? 3 : 2;
                AfterTag(marked ? mark : '\0', isStatement);
                return;
            }

            Inside();
        }
    }

    private void AfterTag(char mark, bool isStatement)
    {
        if (mark == '-')
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
        }
        else if (isStatement && mark != '+' && _at < _text.Length && _text[_at] == '\n')
        {
            _at++;
        }
    }

    private void Inside()
    {
        int start = _at;
        char c = _text[_at];
        if (char.IsAsciiDigit(c))
        {
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
            {
                _at++;
            }

            Add(TokenKind.Integer, _text[start.._at], start);
        }
        else if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            {
                _at++;
            }

            Add(TokenKind.Name, _text[start.._at], start);
        }
        else if (c is '\'' or '"')
        {
            Add(TokenKind.String, Literal(c), start);
        }
        else
        {
            int length = _at + 1 < _text.Length && _text.Substring(_at, 2) is "==" or "!=" or "<=" or ">=" or "//" or "**" ? 2 : 1;
            _at += length;
            _open = c is '(' or '[' or '{' ? _open + 1 : c is ')' or ']' or '}' ? Math.Max(0, _open - 1) : _open;
            Add(TokenKind.Operator, _text.Substring(start, length), start);
        }
    }

    private string Literal(char quote)
    {
        int start = _at++;
        var value = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length)
            {
                throw _source.Error(start, "the string has no end");
            }

            char c = _text[_at++];
            if (c == quote)
            {
                return value.ToString();
            }

            value.Append(c == '\\' ? Escape() : c);
        }
    }

    private char Escape()
    {
        int at = _at - 1;
        char c = _at < _text.Length ? _text[_at++] : '\0';
        switch (c)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case '\\' or '\'' or '"':
                return c;
            case 'x' or 'u':
                int digits = c == 'x' ? 2 : 4;
                if (_at + digits > _text.Length || !ushort.TryParse(
                        _text.AsSpan(_at, digits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out ushort unit))
                {
                    throw _source.Error(at, $"the escape \\{c} needs {digits} hexadecimal digits");
                }

                _at += digits;
                return (char)unit;
            default:
                throw _source.Unsupported(at, $"the escape \\{c}");
        }
    }

    private void Add(TokenKind kind, string text, int at) => _tokens.Add(new Token(kind, text, at));
}
