using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>{% macro %}: a piece of template under a name. It sees its parameters and the template's own variables.</summary>
internal sealed class Macro(string name, IReadOnlyList<(string Name, Expression? Default)> parameters)
{
    public string Name => name;

    /// <summary>Set once its body is read: it may call itself.</summary>
    public IReadOnlyList<Statement> Body { get; set; } = [];

    public string Call(CallContext call)
    {
        object?[] values = call.Bind([.. parameters.Select(p => p.Name)], out bool[]? given);
        var frame = call.Frame;
        return frame.Apart(call, () =>
        {
            for (int i = 0; i < parameters.Count; i++)
            {
                frame.Set(parameters[i].Name, Value(i));
            }

            foreach (var statement in Body)
            {
                frame.Budget.Step();
                statement.Run(frame);
            }
        });

        object? Value(int i) => given[i] ? values[i] : parameters[i].Default?.Evaluate(frame) ?? Missing(i);

        // A default may be none, which is not the same as having no default.
        object? Missing(int i) => parameters[i].Default is null ? new Undefined(parameters[i].Name) : null;
    }
}

internal sealed record MacroCallExpression(Macro Macro, IReadOnlyList<Argument> Arguments, TemplateSource Source, int At) : Expression(Argument.Values(Arguments))
{
    protected override object? Value(Frame frame) => Macro.Call(new CallContext(Macro.Name, Arguments, frame, Source, At));
}

/// <summary>{% set x %}...{% endset %}.</summary>
internal sealed record SetBlockStatement(string Variable, IReadOnlyList<Statement> Body) : Statement
{
    public override void Run(Frame frame) => frame.Set(Variable, frame.Capture(() => RunAll(Body, frame)));
}

/// <summary>What is only there for tools that train: its body counts as if it stood alone.</summary>
internal sealed record PlainBlockStatement(IReadOnlyList<Statement> Body) : Statement
{
    public override void Run(Frame frame) => RunAll(Body, frame);
}
