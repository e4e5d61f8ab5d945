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
                return new LiteralExpression(token.Text);
            case TokenKind.Integer:
                if (reader.IsOperator(".") && reader.After.Kind == TokenKind.Integer)
                {
                    throw _source.Unsupported(token.At, "a number with a fraction");
                }

                return long.TryParse(token.Text, CultureInfo.InvariantCulture, out long number)
                    ? new LiteralExpression(number)
                    : throw _source.Error(token.At, "the number is too large");
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

    /// <summary>One value, or a tuple, which is as good as a list here.</summary>
    private Expression Parenthesised()
    {
        if (reader.TryOperator(")"))
        {
            return new ListExpression([]);
        }

        var first = Parse();
        if (!reader.TryOperator(","))
        {
            reader.ExpectOperator(")");
            return first;
        }

        return new ListExpression([first, .. Items(")")]);
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

        if (!reader.IsOperator("("))
        {
            _names.Add(token.Text);
            return new VariableExpression(token.Text);
        }

        if (_macros.TryGetValue(token.Text, out var macro))
        {
            reader.Take();
            return new MacroCallExpression(macro, Arguments(), _source, token.At);
        }

        if (!Functions.IsKnown(token.Text))
        {
            throw _source.Unsupported(token.At, $"the function {token.Text}()");
        }

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
            return new MemberExpression(value, start ?? throw reader.Unexpected("an index"), _source, at);
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
                var name = reader.Expect(TokenKind.Name, "a filter's name");
                if (!Filters.IsKnown(name.Text))
                {
                    throw _source.Unsupported(name.At, $"the filter |{name.Text}");
                }

                var arguments = reader.TryOperator("(") ? Arguments() : [];
                CheckNamed(name.Text, arguments, name.At);
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
