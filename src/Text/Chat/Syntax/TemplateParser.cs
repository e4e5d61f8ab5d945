using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>Statements: text, {{ }}, if, for, set, and in the other part those with a body of their own. Other statements are refused by name.</summary>
internal sealed partial class TemplateParser
{
    // Templates in use are a few KiB.
    private const int LongestTemplate = 1 << 20;

    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(TokenReader reader)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader);
    }

    /// <returns>Its statements, and the variables that its expressions name.</returns>
    public static (IReadOnlyList<Statement> Body, IReadOnlySet<string> Names) Parse(string text)
    {
        if (text.Length > LongestTemplate)
        {
            throw new ChatTemplateException($"has {text.Length} characters; the limit is {LongestTemplate}");
        }

        // Jinja makes every line end this one, in texts within tags too.
        var source = new TemplateSource(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        var reader = new TokenReader(source, TemplateLexer.Read(source));
        var parser = new TemplateParser(reader);
        IReadOnlyList<Statement> body;
        try
        {
            body = parser.Block();
        }
        catch (NestingException deep)
        {
            throw source.Error(reader.Current.At, deep.Message);
        }

        if (reader.Current.Kind != TokenKind.End)
        {
            throw source.Error(reader.After.At, $"\"{reader.After.Text}\" closes nothing");
        }

        parser._expressions.CheckCalls(parser._names);
        return (body, parser._expressions.Names);
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
                    body.Add(new OutputStatement(_expressions.ParseTuple()));
                    _reader.Expect(TokenKind.ExpressionEnd, "}}");
                    break;
                case TokenKind.StatementStart:
                    if (ends.Contains(_reader.After.Text) || (ends.Length == 0 && IsEnd(_reader.After.Text)))
                    {
                        return body;
                    }

                    _reader.Take();
                    body.Add(_reader.Nested(ReadStatement));
                    break;
                default:
                    throw _reader.Unexpected($"{{% {ends[^1]} %}}");
            }
        }
    }

    private static bool IsEnd(string name) => name is "else" or "elif" or "endif" or "endfor" or "endset" or "endmacro" or "endgeneration"
        or "endcall" or "endfilter" or "endwith" or "endraw";

    private Statement ReadStatement()
    {
        var name = _reader.Expect(TokenKind.Name, "a statement's name");
        return name.Text switch
        {
            "if" => If(),
            "for" => For(name.At),
            "set" => Set(),
            "macro" => ReadMacro(),
            "call" => Call(),
            "filter" => FilterBlock(),
            "with" => With(),
            "generation" => new PlainBlockStatement(Body("endgeneration")),
            "break" when _loops > 0 => Exit(LoopExit.Break),
            "continue" when _loops > 0 => Exit(LoopExit.Continue),
            _ => throw _reader.Source.Unsupported(name.At, $"the statement {{% {name.Text} %}}"),
        };
    }

    private IfStatement If()
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        do
        {
            var condition = _expressions.ParseTuple(withCondition: false);
            EndTag();
            branches.Add((condition, Block("elif", "else", "endif")));
            _reader.Expect(TokenKind.StatementStart, "{% endif %}");
        }
        while (_reader.TryName("elif"));

        return new IfStatement(branches, Otherwise("endif"));
    }

    private ForStatement For(int at)
    {
        List<string> variables = [];
        bool parenthesised = _reader.TryOperator("(");
        do
        {
            variables.Add(Named("the loop's variable"));
        }
        while (_reader.TryOperator(",") && !_reader.IsName("in"));
        if (parenthesised)
        {
            _reader.ExpectOperator(")");
        }

        _reader.ExpectName("in");
        var items = _expressions.ParseTuple(withCondition: false);
        var condition = _reader.TryName("if") ? _expressions.Parse() : null;
        if (_reader.IsName("recursive"))
        {
            throw _reader.Source.Unsupported(_reader.Current.At, "{% for ... recursive %}");
        }

        EndTag();
        _loops++;
        IReadOnlyList<Statement> body = Block("else", "endfor");
        _loops--;
        _reader.Expect(TokenKind.StatementStart, "{% endfor %}");
        return new ForStatement(variables, items, condition, body, Otherwise("endfor"), _reader.Source, at);
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

    /// <summary>A tag's end, statements, and the tag that ends them.</summary>
    private List<Statement> Body(string end)
    {
        EndTag();
        var body = Block(end);
        _reader.Expect(TokenKind.StatementStart, $"{{% {end} %}}");
        _reader.ExpectName(end);
        EndTag();
        return body;
    }

    private LoopExitStatement Exit(LoopExit exit)
    {
        EndTag();
        return new LoopExitStatement(exit);
    }

    private SetStatement Set()
    {
        List<SetTarget> targets = [];
        do
        {
            var at = _reader.Current;
            string name = Named("a variable");
            string? member = _reader.TryOperator(".") ? _reader.Expect(TokenKind.Name, "a name").Text : null;
            targets.Add(new SetTarget(name, member, _reader.Source, at.At));
        }
        while (_reader.TryOperator(",") && !_reader.IsOperator("="));
        if (targets.Count == 1 && !_reader.IsOperator("="))
        {
            return new SetStatement(targets, FilteredBlock("endset"));
        }

        _reader.ExpectOperator("=");
        var value = _expressions.ParseTuple();
        EndTag();
        return new SetStatement(targets, value);
    }

    private void EndTag() => _reader.Expect(TokenKind.StatementEnd, "%}");
}
