using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>How the turn of a loop ended before its body did.</summary>
internal enum LoopExit
{
    None,
    Continue,
    Break,
}

internal sealed record LoopExitStatement(LoopExit Exit) : Statement
{
    public override void Run(Frame frame) => frame.Exit = Exit;
}

/// <param name="Variables">One, or as many as each item has members.</param>
/// <param name="Condition">Items that it does not hold for are left out before the loop begins; null for none.</param>
internal sealed record ForStatement(
    IReadOnlyList<string> Variables,
    Expression Items,
    Expression? Condition,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Otherwise,
    TemplateSource Source,
    int At)
    : Statement
{
    public override void Run(Frame frame)
    {
        object? value = Items.Evaluate(frame);
        var items = Values.Items(value, frame.Budget) ?? throw Source.Error(At, $"cannot loop over {Values.Describe(value)}");
        if (Condition is not null)
        {
            items = Chosen(items, Condition, frame);
        }

        var state = new LoopState(items);
        for (int i = 0; i < items.Count && frame.Exit != LoopExit.Break; i++)
        {
            frame.Budget.Turn();
            frame.Enter();
            Assign(items[i], frame);
            frame.Set(LoopState.Name, state.At(i));
            frame.Exit = LoopExit.None;
            RunAll(Body, frame);
            frame.Leave();
        }

        frame.Exit = LoopExit.None;
        if (items.Count == 0)
        {
            RunAll(Otherwise, frame);
        }
    }

    private List<object?> Chosen(List<object?> items, Expression condition, Frame frame)
    {
        frame.Budget.Items(items.Count);
        List<object?> chosen = [];
        foreach (object? item in items)
        {
            frame.Budget.Turn();
            frame.Enter();
            Assign(item, frame);
            if (Values.IsTrue(condition.Evaluate(frame)))
            {
                chosen.Add(item);
            }

            frame.Leave();
        }

        return chosen;
    }

    private void Assign(object? item, Frame frame)
    {
        if (Variables.Count == 1)
        {
            frame.Set(Variables[0], item);
            return;
        }

        if (Values.Items(item, frame.Budget) is not { } parts || item is Undefined || parts.Count != Variables.Count)
        {
            throw Source.Error(At, $"cannot take {Variables.Count} variables out of {Values.Describe(item)}");
        }

        for (int i = 0; i < parts.Count; i++)
        {
            frame.Set(Variables[i], parts[i]);
        }
    }
}
