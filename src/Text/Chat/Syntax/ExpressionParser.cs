using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>Expressions, with Jinja's precedence: if-else, or, and, not, comparison, + -, ~, * / // %, **, sign, filters and tests.</summary>
internal sealed partial class ExpressionParser(TokenReader reader)
{
    private readonly TemplateSource _source = reader.Source;
    private readonly List<(string Name, int At)> _calls = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Of the variables that were named so far.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>Variables that expressions read.</summary>
    public HashSet<string> Seen { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What is called must be a function, or something that the template gives a value to, be it further down.</summary>
    public void CheckCalls(HashSet<string> names)
    {
        foreach (var (name, at) in _calls)
        {
            if (!names.Contains(name) && !Functions.IsKnown(name))
            {
                throw _source.Unsupported(at, $"the function {name}()");
            }
        }
    }

    public Expression Parse() => reader.Nested(Conditional);

    /// <summary>For places where a following "if" is not part of the expression.</summary>
    public Expression ParseWithoutCondition() => reader.Nested(Or);

    /// <summary>One value, or a tuple without brackets.</summary>
    /// <param name="withCondition">False where a following "if" is not part of it.</param>
    public Expression ParseTuple(bool withCondition = true)
    {
        var first = One();
        if (!reader.IsOperator(","))
        {
            return first;
        }

        List<Expression> items = [first];
        while (reader.TryOperator(",") && reader.Current.Kind is not (TokenKind.StatementEnd or TokenKind.ExpressionEnd))
        {
            items.Add(One());
        }

        return new ListExpression(items, IsTuple: true);

        Expression One() => withCondition ? Parse() : ParseWithoutCondition();
    }

    private Expression Conditional()
    {
        var value = Or();
        while (reader.TryName("if"))
        {
            var condition = Or();
            value = new ConditionalExpression(condition, value, reader.TryName("else") ? Parse() : null);
        }

        return value;
    }

    private Expression Or()
    {
        var left = And();
        while (reader.TryName("or"))
        {
            left = new LogicalExpression(left, And(), StopsAt: true);
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (reader.TryName("and"))
        {
            left = new LogicalExpression(left, Not(), StopsAt: false);
        }

        return left;
    }

    private Expression Not() => reader.TryName("not") ? new NotExpression(reader.Nested(Not)) : Comparison();

    private Expression Comparison()
    {
        var first = Sum();
        List<(string, Expression, int)> rest = [];
        while (true)
        {
            var token = reader.Current;
            if (token is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } || reader.IsName("in"))
            {
                reader.Take();
                rest.Add((token.Text, Sum(), token.At));
            }
            else if (reader.IsName("not") && reader.After is { Kind: TokenKind.Name, Text: "in" })
            {
                reader.Take();
                reader.Take();
                rest.Add(("not in", Sum(), token.At));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(first, rest, _source);
            }
        }
    }

    private Expression Sum() => Binary(Concatenation, "+", "-");

    private Expression Concatenation() => Binary(Product, "~");

    private Expression Product() => Binary(Power, "*", "/", "//", "%");

    private Expression Power() => Binary(Signed, "**");

    private Expression Binary(Func<Expression> operand, params string[] operators)
    {
        var left = operand();
        while (reader.Current.Kind == TokenKind.Operator && operators.Contains(reader.Current.Text))
        {
            var token = reader.Take();
            left = new ArithmeticExpression(token.Text, left, operand(), _source, token.At);
        }

        return left;
    }

    /// <summary>Filters and tests go over a number with its sign, as in Jinja.</summary>
    private Expression Signed() => FiltersAndTests(Unfiltered());

    private Expression Unfiltered()
    {
        var token = reader.Current;
        if (reader.TryOperator("-"))
        {
            return new ArithmeticExpression("-", new LiteralExpression(0L), reader.Nested(Unfiltered), _source, token.At);
        }

        return reader.TryOperator("+") ? reader.Nested(Unfiltered) : Postfix(Primary());
    }
}
