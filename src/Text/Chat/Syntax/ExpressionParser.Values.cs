using System.Globalization;
using ExpertCluster.Text.Chat.Evaluation;

namespace ExpertCluster.Text.Chat.Syntax;

/// <content>Values, and what can follow one: members, subscripts, calls, filters, tests.</content>
internal sealed partial class ExpressionParser
{
    private Expression Primary()
    {
        var token = reader.Take();
        switch (token.Kind)
        {
            case TokenKind.String:
                return new LiteralExpression(Adjacent(token.Text));
            case TokenKind.Integer:
                return new LiteralExpression(Whole(token));
            case TokenKind.Float:
                return new LiteralExpression(double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            case TokenKind.Name:
                return Name(token);
            case TokenKind.Operator when token.Text == "(":
                return Parenthesised();
            case TokenKind.Operator when token.Text == "[":
                return new ListExpression([.. Items("]")]);
            case TokenKind.Operator when token.Text == "{":
                return new DictionaryExpression([.. Entries()], _source, token.At);
            default:
                throw _source.Error(token.At, $"expected a value, found \"{token.Text}\"");
        }
    }

    /// <summary>Strings side by side are one.</summary>
    private string Adjacent(string first)
    {
        if (reader.Current.Kind != TokenKind.String)
        {
            return first;
        }

        var text = new System.Text.StringBuilder(first);
        while (reader.Current.Kind == TokenKind.String)
        {
            text.Append(reader.Take().Text);
        }

        return text.ToString();
    }

    private long Whole(Token token)
    {
        string digits = token.Text.Replace("_", "", StringComparison.Ordinal);
        try
        {
            return digits.Length > 1 && digits[0] == '0' && !char.IsAsciiDigit(digits[1])
                ? Convert.ToInt64(digits[2..], char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, _ => 2 })
                : long.Parse(digits, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is OverflowException or FormatException)
        {
            throw _source.Error(token.At, "the number is too large, or none");
        }
    }

    /// <summary>One value, or a tuple.</summary>
    private Expression Parenthesised()
    {
        if (reader.TryOperator(")"))
        {
            return new ListExpression([], IsTuple: true);
        }

        var first = Parse();
        if (!reader.TryOperator(","))
        {
            reader.ExpectOperator(")");
            return first;
        }

        return new ListExpression([first, .. Items(")")], IsTuple: true);
    }

    private IEnumerable<(Expression Key, Expression Value)> Entries()
    {
        while (!reader.TryOperator("}"))
        {
            var key = Parse();
            reader.ExpectOperator(":");
            yield return (key, Parse());
            if (!reader.IsOperator("}"))
            {
                reader.ExpectOperator(",");
            }
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

        Seen.Add(token.Text);
        if (!reader.TryOperator("("))
        {
            _names.Add(token.Text);
            return new VariableExpression(token.Text);
        }

        if (token.Text == LoopState.Name)
        {
            throw _source.Unsupported(token.At, "a recursive loop()");
        }

        _calls.Add((token.Text, token.At));
        return new CallExpression(token.Text, Arguments(), _source, token.At);
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            var token = reader.Current;
            if (reader.TryOperator("."))
            {
                if (reader.Current.Kind == TokenKind.Integer)
                {
                    value = new MemberExpression(value, new LiteralExpression(Whole(reader.Take())), IsAttribute: false, _source, token.At);
                    continue;
                }

                var member = reader.Expect(TokenKind.Name, "a name");
                if (!reader.TryOperator("("))
                {
                    value = new MemberExpression(value, new LiteralExpression(member.Text), IsAttribute: true, _source, token.At);
                    continue;
                }

                if (!Methods.IsKnown(member.Text))
                {
                    throw _source.Unsupported(member.At, $"the method .{member.Text}()");
                }

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
        {
            return new MemberExpression(value, start ?? throw reader.Unexpected("an index"), IsAttribute: false, _source, at);
        }

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
                var (name, arguments) = Filter();
                value = Postfix(new FilterExpression(name.Text, value, arguments, _source, name.At));
            }
            else if (reader.TryName("is"))
            {
                bool negated = reader.TryName("not");
                var name = reader.Expect(TokenKind.Name, "a test's name");
                if (!Tests.IsKnown(name.Text))
                {
                    throw _source.Unsupported(name.At, $"the test \"is {name.Text}\"");
                }

                value = new TestExpression(name.Text, value, TestArguments(name.Text), _source, name.At);
                if (negated)
                {
                    value = new NotExpression(value);
                }
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>Filters that go over what comes later: {% filter a | b %}, and {% set x | a %}.</summary>
    /// <param name="first">Whether one stands without a bar before it.</param>
    public Func<Expression, Expression> OpenFilters(bool first)
    {
        List<(Token Name, List<Argument> Arguments)> filters = [];
        while (first || reader.TryOperator("|"))
        {
            first = false;
            filters.Add(Filter());
        }

        return value => filters.Aggregate(value, (inner, filter) => new FilterExpression(filter.Name.Text, inner, filter.Arguments, _source, filter.Name.At));
    }

    private (Token Name, List<Argument> Arguments) Filter()
    {
        var name = reader.Expect(TokenKind.Name, "a filter's name");
        if (!Filters.IsKnown(name.Text))
        {
            throw _source.Unsupported(name.At, $"the filter |{name.Text}");
        }

        var arguments = reader.TryOperator("(") ? Arguments() : [];
        CheckNamed(name.Text, arguments, name.At);
        return (name, arguments);
    }

    /// <summary>A filter may name a test or another filter: those are refused at load time too.</summary>
    private void CheckNamed(string filter, List<Argument> arguments, int at)
    {
        if (SequenceFilters.TestPlace(filter) is { } place && place < arguments.Count
            && arguments[place].Value is LiteralExpression { Literal: string test } && !Tests.IsKnown(test))
        {
            throw _source.Unsupported(at, $"|{filter} with the test \"{test}\"");
        }

        if (filter == "map" && arguments is [{ Name: null, Value: LiteralExpression { Literal: string inner } }, ..] && !Filters.IsKnown(inner))
        {
            throw _source.Unsupported(at, $"|map with the filter \"{inner}\"");
        }
    }

    private List<Argument> TestArguments(string test)
    {
        if (!Tests.TakesArgument(test))
        {
            return [];
        }

        return reader.TryOperator("(") ? Arguments() : [new Argument(null, Postfix(Primary()))];
    }

    private List<Argument> Arguments()
    {
        List<Argument> arguments = [];
        while (!reader.TryOperator(")"))
        {
            if (arguments.Count > 0)
            {
                reader.ExpectOperator(",");
                if (reader.TryOperator(")"))
                {
                    break;
                }
            }

            if (reader.Current is { Kind: TokenKind.Operator, Text: "*" or "**" } unpacked)
            {
                throw _source.Unsupported(unpacked.At, $"an argument behind {unpacked.Text}");
            }

            bool named = reader.Current.Kind == TokenKind.Name && reader.After is { Kind: TokenKind.Operator, Text: "=" };
            string? name = named ? reader.Take().Text : null;
            if (named)
            {
                reader.Take();
            }

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
            {
                reader.ExpectOperator(",");
            }
        }
    }
}
