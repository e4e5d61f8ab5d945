using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A part of a template that writes text or sets variables.</summary>
internal abstract record Statement
{
    public abstract void Run(Frame frame);

    protected static void RunAll(IReadOnlyList<Statement> body, Frame frame)
    {
        frame.Budget.Enter();
        foreach (var statement in body)
        {
            frame.Budget.Step();
            statement.Run(frame);
            if (frame.Exit != LoopExit.None)
            {
                break;
            }
        }

        frame.Budget.Leave();
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
        object? value = Value.Evaluate(frame);
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
        object? value = Value.Evaluate(frame);
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
