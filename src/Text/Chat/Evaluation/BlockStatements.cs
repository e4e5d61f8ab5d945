using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>What is only there for tools that train: its body counts as if it stood alone.</summary>
internal sealed record PlainBlockStatement(IReadOnlyList<Statement> Body) : Statement
{
    public override void Run(Frame frame) => RunAll(Body, frame);
}

/// <summary>What a block writes, as the value that filters go over: {% set x %} and {% filter f %}. What it sets is its own.</summary>
internal sealed record CapturedExpression(IReadOnlyList<Statement> Body) : Expression
{
    protected override object? Value(Frame frame) => frame.Capture(() =>
    {
        frame.Enter();
        Statement.RunBlock(Body, frame);
        frame.Leave();
    });
}

/// <summary>{% with a = 1 %}: variables that are gone behind it.</summary>
internal sealed record WithStatement(IReadOnlyList<(string Name, Expression Value)> Variables, IReadOnlyList<Statement> Body) : Statement
{
    public override void Run(Frame frame)
    {
        // Each value is of what was there before.
        object?[] values = [.. Variables.Select(variable => variable.Value.Evaluate(frame))];
        frame.Enter();
        for (int i = 0; i < values.Length; i++)
        {
            frame.Set(Variables[i].Name, values[i]);
        }

        RunAll(Body, frame);
        frame.Leave();
    }
}

/// <param name="Member">Of a namespace; null: the variable itself.</param>
internal sealed record SetTarget(string Variable, string? Member, TemplateSource Source, int At)
{
    public void Assign(object? value, Frame frame)
    {
        if (Member is null)
        {
            frame.Set(Variable, value);
        }
        else if (frame.Lookup(Variable) is Namespace space)
        {
            space.Members[Member] = value;
        }
        else
        {
            throw Source.Error(At, $"{Variable} is no namespace(), so its members cannot be set");
        }
    }
}

/// <param name="Targets">One, or as many as the value has items.</param>
internal sealed record SetStatement(IReadOnlyList<SetTarget> Targets, Expression Value) : Statement
{
    public override void Run(Frame frame)
    {
        object? value = Value.Evaluate(frame);
        if (Targets.Count == 1)
        {
            Targets[0].Assign(value, frame);
            return;
        }

        if (Values.Items(value, frame.Budget) is not { } items || items.Count != Targets.Count)
        {
            throw Targets[0].Source.Error(Targets[0].At, $"cannot take {Targets.Count} variables out of {Values.Describe(value)}");
        }

        for (int i = 0; i < items.Count; i++)
        {
            Targets[i].Assign(items[i], frame);
        }
    }
}
