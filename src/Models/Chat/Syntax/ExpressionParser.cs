using System.Globalization;
using ExpertCluster.Models.Chat.Evaluation;

namespace ExpertCluster.Models.Chat.Syntax;

/// <summary>Expressions, with Jinja's precedence: if-else, or, and, not, comparison, + -, ~, * // %, sign, filters and tests.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private readonly TemplateSource _source = reader.Source;

    public Expression Parse() => reader.Nested(Conditional);

    /// <summary>For places where a following "if" is not part of the expression.</summary>
    public Expression ParseWithoutCondition() => reader.Nested(Or);

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
            left = new LogicalExpression(left, And(), StopsAt: true);
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (reader.TryName("and"))
            left = new LogicalExpression(left, Not(), StopsAt: false);
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

    private Expression Product() => Binary(Signed, "*", "//", "%");

    private Expression Binary(Func<Expression> operand, params string[] operators)
    {
        var left = operand();
        while (reader.Current.Kind == TokenKind.Operator && operators.Contains(reader.Current.Text))
        {
            var token = reader.Take();
            left = new ArithmeticExpression(token.Text, left, operand(), _source, token.At);
        }

        if (reader.Current is { Kind: TokenKind.Operator, Text: "/" or "**" } refused)
            throw _source.Unsupported(refused.At, $"the operator {refused.Text}");
        return left;
    }

    private Expression Signed()
    {
        var token = reader.Current;
        if (reader.TryOperator("-"))
            return new ArithmeticExpression("-", new LiteralExpression(0L), reader.Nested(Signed), _source, token.At);
        if (reader.TryOperator("+"))
            return reader.Nested(Signed);
        return FiltersAndTests(Postfix(Primary()));
    }

    private Expression Primary()
    {
        var token = reader.Take();
        switch (token.Kind)
        {
            case TokenKind.String:
                return new LiteralExpression(token.Text);
            case TokenKind.Integer:
                if (reader.IsOperator(".") && reader.After.Kind == TokenKind.Integer)
                    throw _source.Unsupported(token.At, "a number with a fraction");
                return long.TryParse(token.Text, CultureInfo.InvariantCulture, out var number)
                    ? new LiteralExpression(number)
                    : throw _source.Error(token.At, "the number is too large");
            case TokenKind.Name:
                return Name(token);
            case TokenKind.Operator when token.Text == "(":
                var inner = Parse();
                if (reader.IsOperator(","))
                    throw _source.Unsupported(reader.Current.At, "a tuple");
                reader.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return new ListExpression([.. Items("]")]);
            case TokenKind.Operator when token.Text == "{":
                throw _source.Unsupported(token.At, "a dictionary literal");
            default:
                throw _source.Error(token.At, $"expected a value, found \"{token.Text}\"");
        }
    }

    private Expression Name(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new LiteralExpression(true);
            case "false" or "False":
                return new LiteralExpression(false);
            case "none" or "None":
                return new LiteralExpression(null);
            case "and" or "or" or "not" or "in" or "is" or "if" or "else":
                throw _source.Error(token.At, $"expected a value, found \"{token.Text}\"");
        }

        if (!reader.IsOperator("("))
            return new VariableExpression(token.Text);
        if (!Functions.IsKnown(token.Text))
            throw _source.Unsupported(token.At, $"the function {token.Text}()");
        reader.Take();
        return new FunctionExpression(token.Text, Arguments(), _source, token.At);
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            var token = reader.Current;
            if (reader.TryOperator("."))
            {
                var member = reader.Expect(TokenKind.Name, "a name");
                if (!reader.TryOperator("("))
                {
                    value = new MemberExpression(value, new LiteralExpression(member.Text), _source, token.At);
                    continue;
                }

                if (!StringMethods.IsKnown(member.Text))
                    throw _source.Unsupported(member.At, $"the method .{member.Text}()");
                value = new MethodExpression(member.Text, value, Arguments(), _source, member.At);
            }
            else if (reader.TryOperator("["))
            {
                value = Subscript(value, token.At);
            }
            else if (reader.IsOperator("("))
            {
                throw _source.Unsupported(token.At, "a call of a value");
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(Expression value, int at)
    {
        var start = reader.IsOperator(":") ? null : Parse();
        if (reader.TryOperator("]"))
            return new MemberExpression(value, start ?? throw reader.Unexpected("an index"), _source, at);
        reader.ExpectOperator(":");
        var stop = reader.IsOperator("]") || reader.IsOperator(":") ? null : Parse();
        var step = reader.TryOperator(":") && !reader.IsOperator("]") ? Parse() : null;
        reader.ExpectOperator("]");
        return new SliceExpression(value, start, stop, step, _source, at);
    }

    private Expression FiltersAndTests(Expression value)
    {
        while (true)
        {
            if (reader.TryOperator("|"))
            {
                var name = reader.Expect(TokenKind.Name, "a filter's name");
                if (!Filters.IsKnown(name.Text))
                    throw _source.Unsupported(name.At, $"the filter |{name.Text}");
                var arguments = reader.TryOperator("(") ? Arguments() : [];
                value = Postfix(new FilterExpression(name.Text, value, arguments, _source, name.At));
            }
            else if (reader.TryName("is"))
            {
                var negated = reader.TryName("not");
                var name = reader.Expect(TokenKind.Name, "a test's name");
                if (!Tests.IsKnown(name.Text))
                    throw _source.Unsupported(name.At, $"the test \"is {name.Text}\"");
                value = new TestExpression(name.Text, value, _source, name.At);
                if (negated)
                    value = new NotExpression(value);
            }
            else
            {
                return value;
            }
        }
    }

    private List<Argument> Arguments()
    {
        List<Argument> arguments = [];
        while (!reader.TryOperator(")"))
        {
            if (arguments.Count > 0)
                reader.ExpectOperator(",");
            var named = reader.Current.Kind == TokenKind.Name && reader.After is { Kind: TokenKind.Operator, Text: "=" };
            var name = named ? reader.Take().Text : null;
            if (named)
                reader.Take();
            arguments.Add(new Argument(name, Parse()));
        }

        return arguments;
    }

    private IEnumerable<Expression> Items(string end)
    {
        while (!reader.TryOperator(end))
        {
            yield return Parse();
            if (!reader.IsOperator(end))
                reader.ExpectOperator(",");
        }
    }
}
