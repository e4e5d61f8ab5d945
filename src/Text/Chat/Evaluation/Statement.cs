namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A part of a template that writes text or sets variables.</summary>
internal abstract record Statement
{
    public abstract void Run(Frame frame);

    /// <summary>For blocks that are values.</summary>
    public static void RunBlock(IReadOnlyList<Statement> body, Frame frame) => RunAll(body, frame);

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
        frame.Write(PythonText.Of(value, frame.Budget));
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
