using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A macro as the template has it.</summary>
/// <param name="Name">Of the macro; caller for what a call block hands over.</param>
/// <param name="Parameters">With what is taken where an argument is left out; null where that leaves it undefined.</param>
internal sealed record MacroDefinition(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters)
{
    public const string Caller = "caller";
    public const string MoreByPlace = "varargs";
    public const string MoreByName = "kwargs";

    public IReadOnlyList<Statement> Body { get; init; } = [];

    /// <summary>Whether it reads arguments beyond its parameters; else they are a mistake.</summary>
    public bool TakesMoreByPlace { get; init; }

    public bool TakesMoreByName { get; init; }
}

/// <summary>A macro once its definition has run. It sees its parameters and what is visible where it is defined, as that is when it is called.</summary>
internal sealed class Macro(MacroDefinition definition, IReadOnlyList<Dictionary<string, object?>> scopes) : ICallable
{
    public object? Call(CallContext call)
    {
        var frame = call.Frame;
        var given = Bind(call);
        return frame.Apart(call, scopes, () =>
        {
            foreach (var (name, fallback) in definition.Parameters)
            {
                frame.Set(name, given.Remove(name, out object? value) ? value : fallback is null ? new Undefined(name) : fallback.Evaluate(frame));
            }

            foreach (var (name, value) in given)
            {
                frame.Set(name, value);
            }

            foreach (var statement in definition.Body)
            {
                frame.Budget.Step();
                statement.Run(frame);
            }
        });
    }

    private Dictionary<string, object?> Bind(CallContext call)
    {
        Dictionary<string, object?> values = new(StringComparer.Ordinal);
        List<object?> places = [];
        Dictionary<string, object?> names = new(StringComparer.Ordinal);
        var parameters = definition.Parameters;
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            object? value = call.Arguments[i].Value.Evaluate(call.Frame);
            if (call.Arguments[i].Name is not { } name)
            {
                if (i < parameters.Count)
                {
                    values[parameters[i].Name] = value;
                }
                else
                {
                    places.Add(value);
                }
            }
            else if (name == MacroDefinition.Caller || parameters.Any(parameter => parameter.Name == name))
            {
                values[name] = value;
            }
            else
            {
                names[name] = value;
            }
        }

        Check(call, places.Count, names);
        values[MacroDefinition.MoreByPlace] = new PythonTuple(places);
        values[MacroDefinition.MoreByName] = names;
        return values;
    }

    private void Check(CallContext call, int places, Dictionary<string, object?> names)
    {
        if (places > 0 && !definition.TakesMoreByPlace)
        {
            throw call.Error($"takes at most {definition.Parameters.Count} arguments");
        }

        if (names.Count > 0 && !definition.TakesMoreByName)
        {
            throw call.Error($"has no argument {names.Keys.First()}");
        }
    }
}

internal sealed record MacroStatement(MacroDefinition Macro) : Statement
{
    public override void Run(Frame frame) => frame.Set(Macro.Name, new Macro(Macro, frame.Scopes));
}

/// <summary>The body of {% call %}, as the value that the macro finds under "caller".</summary>
internal sealed record CallerExpression(MacroDefinition Body) : Expression
{
    protected override object? Value(Frame frame) => new Macro(Body, frame.Scopes);
}
