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
        else if (kind == '%' && RawTag("raw", _at) is { } raw)
        {
            Raw(tag, raw);
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
        int line = before.LastIndexOf('\n') + 1;
        bool startsLine = line > 0 || start == 0 || _text[start - 1] == '\n';
        return startsLine && before[line..].IsWhiteSpace() ? before[..line] : before;
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

    /// <summary>A tag that is nothing but a name, as {% raw %}.</summary>
    /// <returns>Where it ends, and its mark; null: it is another one.</returns>
    private (int End, char Mark)? RawTag(string name, int at)
    {
        at = SkipSpace(at);
        if (string.CompareOrdinal(_text, at, name, 0, name.Length) != 0)
        {
            return null;
        }

        at = SkipSpace(at + name.Length);
        char mark = at < _text.Length && _text[at] is '-' or '+' ? _text[at] : '\0';
        at += mark == '\0' ? 0 : 1;
        return string.CompareOrdinal(_text, at, "%}", 0, 2) == 0 ? (at + 2, mark) : null;
    }

    /// <summary>Text as it stands, up to {% endraw %}.</summary>
    private void Raw(int start, (int End, char Mark) opening)
    {
        _at = opening.End;
        AfterTag(opening.Mark, isStatement: true);
        for (int tag = _at; (tag = _text.IndexOf("{%", tag, StringComparison.Ordinal)) >= 0; tag += 2)
        {
            char mark = tag + 2 < _text.Length && _text[tag + 2] is '-' or '+' ? _text[tag + 2] : '\0';
            if (RawTag("endraw", tag + (mark == '\0' ? 2 : 3)) is not { } closing)
            {
                continue;
            }

            var inside = _text.AsSpan(_at, tag - _at);
            inside = mark == '-' ? inside.TrimEnd() : mark == '+' ? inside : WithoutIndent(inside, _at);
            if (inside.Length > 0)
            {
                Add(TokenKind.Text, inside.ToString(), _at);
            }

            _at = closing.End;
            AfterTag(closing.Mark, isStatement: true);
            return;
        }

        throw _source.Error(start, "{% raw %} has no {% endraw %}");
    }

    private int SkipSpace(int at)
    {
        while (at < _text.Length && char.IsWhiteSpace(_text[at]))
        {
            at++;
        }

        return at;
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
            bool member = _tokens[^1] is { Kind: TokenKind.Operator, Text: "." };
            (_at, var kind) = NumberScanner.Scan(_text, start, member);
            Add(kind, _text[start.._at], start);
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
        int start = _at;
        (_at, string value) = StringScanner.Scan(_source, _text, start, quote);
        return value;
    }

    private void Add(TokenKind kind, string text, int at) => _tokens.Add(new Token(kind, text, at));
}
