using ExpertCluster.Models.Chat.Syntax;

namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>A part of a template that writes text or sets variables.</summary>
internal abstract record Statement
{
    public abstract void Run(Frame frame);

    protected static void RunAll(IReadOnlyList<Statement> body, Frame frame)
    {
        foreach (var statement in body)
        {
            frame.Budget.Step();
            statement.Run(frame);
        }
    }
}

internal sealed record TextStatement(string Text) : Statement
{
    public override void Run(Frame frame) => frame.Write(Text);
}

internal sealed record OutputStatement(Expression Value) : Statement
{
    public override void Run(Frame frame)
    {
        var value = Value.Evaluate(frame);
        frame.Write(Values.ToText(value) ?? throw new ChatTemplateException($"cannot write {Values.Describe(value)} as text"));
    }
}

internal sealed record IfStatement(
    IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise) : Statement
{
    public override void Run(Frame frame)
    {
        foreach (var (condition, body) in Branches)
        {
            if (Values.IsTrue(condition.Evaluate(frame)))
            {
                RunAll(body, frame);
                return;
            }
        }

        RunAll(Otherwise, frame);
    }
}

internal sealed record SetStatement(string Variable, string? Member, Expression Value, TemplateSource Source, int At) : Statement
{
    public override void Run(Frame frame)
    {
        var value = Value.Evaluate(frame);
        if (Member is null)
            frame.Set(Variable, value);
        else if (frame.Lookup(Variable) is Namespace space)
            space.Members[Member] = value;
        else
            throw Source.Error(At, $"{Variable} is no namespace(), so its members cannot be set");
    }
}

internal sealed record ForStatement(
    string Variable, Expression Items, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise, TemplateSource Source, int At)
    : Statement
{
    public override void Run(Frame frame)
    {
        var items = Items.Evaluate(frame) switch
        {
            List<object?> list => list,
            Dictionary<string, object?> map => [.. map.Keys],
            string text => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
            Undefined => [],
            var other => throw Source.Error(At, $"cannot loop over {Values.Describe(other)}"),
        };
        for (var i = 0; i < items.Count; i++)
        {
            frame.Budget.Turn();
            frame.Enter();
            frame.Set(Variable, items[i]);
            frame.Set("loop", new LoopState(items, i));
            RunAll(Body, frame);
            frame.Leave();
        }

        if (items.Count == 0)
            RunAll(Otherwise, frame);
    }
}
