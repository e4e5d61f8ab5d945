using ExpertCluster.Models.Chat.Evaluation;

namespace ExpertCluster.Models.Chat.Syntax;

/// <summary>Statements: text, {{ }}, if, for, set. Other statements are refused by name.</summary>
internal sealed class TemplateParser
{
    // Templates in use are a few KiB.
    private const int LongestTemplate = 1 << 20;

    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    private TemplateParser(TokenReader reader)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader);
    }

    public static IReadOnlyList<Statement> Parse(string text)
    {
        if (text.Length > LongestTemplate)
            throw new ChatTemplateException($"has {text.Length} characters; the limit is {LongestTemplate}");
        var source = new TemplateSource(text);
        var reader = new TokenReader(source, TemplateLexer.Read(source));
        var body = new TemplateParser(reader).Block();
        if (reader.Current.Kind != TokenKind.End)
            throw source.Error(reader.After.At, $"\"{reader.After.Text}\" closes nothing");
        return body;
    }

    /// <summary>Statements up to one of the names that end a block (or the template's end), which stays unread.</summary>
    private List<Statement> Block(params ReadOnlySpan<string> ends)
    {
        List<Statement> body = [];
        while (true)
        {
            var token = _reader.Current;
            switch (token.Kind)
            {
                case TokenKind.End when ends.Length == 0:
                    return body;
                case TokenKind.Text:
                    _reader.Take();
                    body.Add(new TextStatement(token.Text));
                    break;
                case TokenKind.ExpressionStart:
                    _reader.Take();
                    body.Add(new OutputStatement(_expressions.Parse()));
                    _reader.Expect(TokenKind.ExpressionEnd, "}}");
                    break;
                case TokenKind.StatementStart:
                    if (ends.Contains(_reader.After.Text) || (ends.Length == 0 && IsEnd(_reader.After.Text)))
                        return body;
                    _reader.Take();
                    body.Add(_reader.Nested(ReadStatement));
                    break;
                default:
                    throw _reader.Unexpected($"{{% {ends[^1]} %}}");
            }
        }
    }

    private static bool IsEnd(string name) => name is "else" or "elif" or "endif" or "endfor";

    private Statement ReadStatement()
    {
        var name = _reader.Expect(TokenKind.Name, "a statement's name");
        return name.Text switch
        {
            "if" => If(),
            "for" => For(name.At),
            "set" => Set(),
            _ => throw _reader.Source.Unsupported(name.At, $"the statement {{% {name.Text} %}}"),
        };
    }

    private IfStatement If()
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        do
        {
            var condition = _expressions.Parse();
            EndTag();
            branches.Add((condition, Block("elif", "else", "endif")));
            _reader.Expect(TokenKind.StatementStart, "{% endif %}");
        }
        while (_reader.TryName("elif"));

        return new IfStatement(branches, Otherwise("endif"));
    }

    private ForStatement For(int at)
    {
        var variable = _reader.Expect(TokenKind.Name, "the loop's variable").Text;
        if (_reader.IsOperator(","))
            throw _reader.Source.Unsupported(_reader.Current.At, "a loop over several variables");
        _reader.ExpectName("in");
        var items = _expressions.ParseWithoutCondition();
        if (_reader.Current is { Kind: TokenKind.Name, Text: "if" or "recursive" } extra)
            throw _reader.Source.Unsupported(extra.At, $"{{% for ... {extra.Text} %}}");
        EndTag();
        IReadOnlyList<Statement> body = Block("else", "endfor");
        _reader.Expect(TokenKind.StatementStart, "{% endfor %}");
        return new ForStatement(variable, items, body, Otherwise("endfor"), _reader.Source, at);
    }

    /// <summary>The rest of a statement behind "{%": its else block, if there is one, and its end tag.</summary>
    private IReadOnlyList<Statement> Otherwise(string end)
    {
        IReadOnlyList<Statement> statements = [];
        if (_reader.TryName("else"))
        {
            EndTag();
            statements = Block(end);
            _reader.Expect(TokenKind.StatementStart, $"{{% {end} %}}");
        }

        _reader.ExpectName(end);
        EndTag();
        return statements;
    }

    private SetStatement Set()
    {
        var name = _reader.Expect(TokenKind.Name, "a variable");
        string? member = null;
        if (_reader.TryOperator("."))
            member = _reader.Expect(TokenKind.Name, "a name").Text;
        if (_reader.Current.Kind == TokenKind.StatementEnd)
            throw _reader.Source.Unsupported(name.At, "{% set %} with a block");
        if (_reader.IsOperator(","))
            throw _reader.Source.Unsupported(_reader.Current.At, "{% set %} of several variables");
        _reader.ExpectOperator("=");
        var value = _expressions.Parse();
        EndTag();
        return new SetStatement(name.Text, member, value, _reader.Source, name.At);
    }

    private void EndTag() => _reader.Expect(TokenKind.StatementEnd, "%}");
}
