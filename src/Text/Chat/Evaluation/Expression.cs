using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>
/// A part of a template that has a value. What it is made of is told to this class, which bounds the tree's depth however it came about:
/// a chain of operators is as deep as it is long.
/// </summary>
internal abstract record Expression
{
    private readonly int _height;

    /// <param name="parts">The expressions that it evaluates.</param>
    /// <exception cref="NestingException">They are as deep as can be.</exception>
    protected Expression(params IEnumerable<Expression?> parts)
    {
        _height = 1 + parts.Max(part => part?._height) ?? 1;
        if (_height > NestingException.Deepest)
        {
            throw new NestingException();
        }
    }

    public object? Evaluate(Frame frame)
    {
        frame.Budget.Step();
        frame.Budget.Enter();
        object? value = Value(frame);
        frame.Budget.Leave();
        return value;
    }

    protected abstract object? Value(Frame frame);
}

/// <summary>An argument of a call, by name or by place.</summary>
internal sealed record Argument(string? Name, Expression Value)
{
    public static IEnumerable<Expression> Values(IReadOnlyList<Argument> arguments) => arguments.Select(argument => argument.Value);
}

internal sealed record LiteralExpression(object? Literal) : Expression
{
    protected override object? Value(Frame frame) => Literal;
}

internal sealed record VariableExpression(string Name) : Expression
{
    protected override object? Value(Frame frame) => frame.Lookup(Name);
}

internal sealed record ListExpression(IReadOnlyList<Expression> Items, bool IsTuple = false) : Expression(Items)
{
    protected override object? Value(Frame frame)
    {
        frame.Budget.Items(Items.Count);
        var values = Items.Select(item => item.Evaluate(frame));
        return IsTuple ? new PythonTuple(values) : values.ToList();
    }
}

internal sealed record DictionaryExpression(IReadOnlyList<(Expression Key, Expression Value)> Entries, TemplateSource Source, int At)
    : Expression(Entries.SelectMany(entry => new[] { entry.Key, entry.Value }))
{
    protected override object? Value(Frame frame)
    {
        frame.Budget.Entries(Entries.Count);
        Dictionary<string, object?> map = new(StringComparer.Ordinal);
        foreach (var (key, value) in Entries)
        {
            object? name = key.Evaluate(frame);
            map[name as string ?? throw Source.Error(At, $"a key is {Values.Describe(name)}, only strings can be")] = value.Evaluate(frame);
        }

        return map;
    }
}

internal sealed record ConditionalExpression(Expression Condition, Expression Then, Expression? Otherwise) : Expression(Condition, Then, Otherwise)
{
    protected override object? Value(Frame frame)
    {
        if (Values.IsTrue(Condition.Evaluate(frame)))
        {
            return Then.Evaluate(frame);
        }

        return Otherwise is null ? new Undefined("a missing else") : Otherwise.Evaluate(frame);
    }
}

/// <param name="StopsAt">What ends the evaluation at the left side: true for or, false for and.</param>
internal sealed record LogicalExpression(Expression Left, Expression Right, bool StopsAt) : Expression(Left, Right)
{
    protected override object? Value(Frame frame)
    {
        object? left = Left.Evaluate(frame);
        return Values.IsTrue(left) == StopsAt ? left : Right.Evaluate(frame);
    }
}

internal sealed record NotExpression(Expression Operand) : Expression(Operand)
{
    protected override object? Value(Frame frame) => !Values.IsTrue(Operand.Evaluate(frame));
}

internal sealed record MethodExpression(
    string Name, Expression Target, IReadOnlyList<Argument> Arguments, TemplateSource Source, int At) : Expression([Target, .. Argument.Values(Arguments)])
{
    protected override object? Value(Frame frame) =>
        Methods.Call(Name, Target.Evaluate(frame), new CallContext(Name, Arguments, frame, Source, At));
}

internal sealed record FilterExpression(
    string Name, Expression Target, IReadOnlyList<Argument> Arguments, TemplateSource Source, int At) : Expression([Target, .. Argument.Values(Arguments)])
{
    protected override object? Value(Frame frame) =>
        Filters.Apply(Name, Target.Evaluate(frame), new CallContext(Name, Arguments, frame, Source, At));
}

internal sealed record TestExpression(
    string Name, Expression Target, IReadOnlyList<Argument> Arguments, TemplateSource Source, int At) : Expression([Target, .. Argument.Values(Arguments)])
{
    protected override object? Value(Frame frame)
    {
        var call = new CallContext(Name, Arguments, frame, Source, At);
        return Tests.Check(Name, Target.Evaluate(frame), Arguments.Count > 0 ? call.Bind("other")[0] : null, call);
    }
}
