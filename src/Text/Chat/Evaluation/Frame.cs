using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>The state of one rendering: variables by scope, the output, the budget.</summary>
internal sealed class Frame(Dictionary<string, object?> globals, RenderBudget budget, DateTimeOffset now)
{
    /// <summary>Macros that call each other; templates in use need two or three.</summary>
    private const int DeepestCall = 16;

    private List<Dictionary<string, object?>> _scopes = [globals];
    private int _calls;

    public StringBuilder Output { get; private set; } = new();

    public RenderBudget Budget => budget;

    /// <summary>What strftime_now tells.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Set by what ends a loop's turn early, until the loop takes note.</summary>
    public LoopExit Exit { get; set; }

    public object? Lookup(string name)
    {
        for (int i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out object? value))
            {
                return value;
            }
        }

        return Functions.IsKnown(name) ? new FunctionValue(name) : new Undefined(name);
    }

    /// <summary>All that is visible here, outermost first: for what is to see it later.</summary>
    public IReadOnlyList<Dictionary<string, object?>> Scopes => [.. _scopes];

    /// <summary>Sets a variable of the innermost scope: what a loop's body sets is gone at its next turn.</summary>
    public void Set(string name, object? value) => _scopes[^1][name] = value;

    public void Enter() => _scopes.Add(new Dictionary<string, object?>(StringComparer.Ordinal));

    public void Leave() => _scopes.RemoveAt(_scopes.Count - 1);

    public void Write(string text)
    {
        RenderBudget.CheckLength((long)Output.Length + text.Length);
        budget.Text(text.Length);
        Output.Append(text);
    }

    /// <summary>What <paramref name="body"/> writes, instead of writing it.</summary>
    public string Capture(Action body)
    {
        var outer = Output;
        Output = new StringBuilder();
        body();
        budget.Text(Output.Length);
        string text = Output.ToString();
        Output = outer;
        return text;
    }

    /// <summary>What <paramref name="body"/> writes in a scope of its own, which sees <paramref name="scopes"/>.</summary>
    public string Apart(CallContext call, IReadOnlyList<Dictionary<string, object?>> scopes, Action body)
    {
        if (++_calls > DeepestCall)
        {
            throw call.Error($"is called more than {DeepestCall} deep");
        }

        budget.Turn();
        var outer = _scopes;
        _scopes = [.. scopes, new Dictionary<string, object?>(StringComparer.Ordinal)];
        string text = Capture(body);
        _scopes = outer;
        _calls--;
        return text;
    }
}
