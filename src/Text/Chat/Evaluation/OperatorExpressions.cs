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

/// <summary>+ - * / // % ** on numbers, + on texts and lists, * of one with a number, % of a text with what it formats, ~ on all.</summary>
internal sealed record ArithmeticExpression(
    string Operator, Expression Left, Expression Right, TemplateSource Source, int At) : Expression(Left, Right)
{
    protected override object? Value(Frame frame)
    {
        object? left = Left.Evaluate(frame);
        object? right = Right.Evaluate(frame);
        if (Operator == "~")
        {
            return Joined(PythonText.Of(left, frame.Budget), PythonText.Of(right, frame.Budget), frame);
        }

        if (Numbers.Of(left) is { } a && Numbers.Of(right) is { } b)
        {
            return Computed(a, b);
        }

        return (Operator, left, right) switch
        {
            ("+", string x, string y) => Joined(x, y, frame),
            ("+", List<object?> x, List<object?> y) when x is PythonTuple == y is PythonTuple => Joined(x, y, frame),
            ("*", string text, _) when Values.ToNumber(right) is { } times => Repeated(text, times, frame),
            ("*", _, string text) when Values.ToNumber(left) is { } times => Repeated(text, times, frame),
            ("*", List<object?> list, _) when Values.ToNumber(right) is { } times => Repeated(list, times, frame),
            ("*", _, List<object?> list) when Values.ToNumber(left) is { } times => Repeated(list, times, frame),
            ("%", string format, _) => TextFormat.Of(format, right is PythonTuple several ? several : [right], frame.Budget, problem => Source.Error(At, problem)),
            _ => throw Source.Error(At, $"cannot compute {Values.Describe(left)} {Operator} {Values.Describe(right)}"),
        };
    }

    private static string Joined(string left, string right, Frame frame)
    {
        frame.Budget.Text((long)left.Length + right.Length);
        return left + right;
    }

    private static List<object?> Joined(List<object?> left, List<object?> right, Frame frame)
    {
        frame.Budget.Items((long)left.Count + right.Count);
        return left is PythonTuple ? new PythonTuple([.. left, .. right]) : [.. left, .. right];
    }

    private static string Repeated(string text, long times, Frame frame)
    {
        int count = Times(times, text.Length);
        frame.Budget.Text((long)text.Length * count);
        return string.Concat(Enumerable.Repeat(text, count));
    }

    private static List<object?> Repeated(List<object?> list, long times, Frame frame)
    {
        int count = Times(times, list.Count);
        frame.Budget.Items((long)list.Count * count);
        var items = Enumerable.Repeat(list, count).SelectMany(item => item);
        return list is PythonTuple ? new PythonTuple(items) : [.. items];
    }

    /// <summary>Within what the product of two ints can hold; the budget refuses it then.</summary>
    private static int Times(long times, int length) => length == 0 ? 0 : (int)Math.Clamp(times, 0, int.MaxValue);

    private object Computed(Number a, Number b)
    {
        try
        {
            return Numbers.Compute(Operator, a, b);
        }
        catch (ArithmeticException impossible)
        {
            throw Source.Error(At, $"cannot compute {PythonNumber(a)} {Operator} {PythonNumber(b)}: {impossible.Message}");
        }
    }

    private static string PythonNumber(Number number) =>
        number.IsWhole ? number.Whole.ToString(System.Globalization.CultureInfo.InvariantCulture) : Numbers.Text(number.Real);
}
