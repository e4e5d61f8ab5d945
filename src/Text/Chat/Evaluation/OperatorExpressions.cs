using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>a &lt; b &lt;= c holds when each neighbouring pair does.</summary>
internal sealed record ComparisonExpression(
    Expression First, IReadOnlyList<(string Operator, Expression Operand, int At)> Rest, TemplateSource Source)
    : Expression([First, .. Rest.Select(part => part.Operand)])
{
    protected override object? Value(Frame frame)
    {
        object? left = First.Evaluate(frame);
        foreach (var (comparison, operand, at) in Rest)
        {
            object? right = operand.Evaluate(frame);
            if (!Comparisons.Holds(comparison, left, right, frame, problem => Source.Error(at, problem)))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}

/// <summary>+ - * // % on numbers, + on strings and lists, ~ on what has a text.</summary>
internal sealed record ArithmeticExpression(
    string Operator, Expression Left, Expression Right, TemplateSource Source, int At) : Expression(Left, Right)
{
    protected override object? Value(Frame frame)
    {
        object? left = Left.Evaluate(frame);
        object? right = Right.Evaluate(frame);
        if (Operator == "~" && Values.ToText(left) is { } start && Values.ToText(right) is { } end)
        {
            return Joined(start, end, frame);
        }

        if (Operator == "+" && left is string x && right is string y)
        {
            return Joined(x, y, frame);
        }

        if (Operator == "+" && left is List<object?> first && right is List<object?> second)
        {
            frame.Budget.Items((long)first.Count + second.Count);
            return new List<object?>([.. first, .. second]);
        }

        if (Operator != "~" && Values.ToNumber(left) is { } a && Values.ToNumber(right) is { } b)
        {
            return Number(a, b);
        }

        throw Source.Error(At, $"cannot compute {Values.Describe(left)} {Operator} {Values.Describe(right)}");
    }

    private static string Joined(string left, string right, Frame frame)
    {
        frame.Budget.Text((long)left.Length + right.Length);
        return left + right;
    }

    private long Number(long a, long b)
    {
        try
        {
            return Operator switch
            {
                "+" => checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                "//" => Floor(a, b),
                _ => checked(a - (Floor(a, b) * b)),
            };
        }
        catch (ArithmeticException impossible)
        {
            throw Source.Error(At, $"cannot compute {a} {Operator} {b}: {impossible.Message}");
        }
    }

    // Python's division rounds down, and the remainder has the divisor's sign.
    private static long Floor(long a, long b)
    {
        long quotient = checked(a / b);
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }
}
