using System.Text;

namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>The state of one rendering: variables by scope, the output, the budget.</summary>
internal sealed class Frame(Dictionary<string, object?> globals, RenderBudget budget)
{
    private readonly List<Dictionary<string, object?>> _scopes = [globals];

    public StringBuilder Output { get; } = new();

    public RenderBudget Budget => budget;

    public object? Lookup(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out var value))
                return value;
        }

        return new Undefined(name);
    }

    /// <summary>Sets a variable of the innermost scope: what a loop's body sets is gone at its next turn.</summary>
    public void Set(string name, object? value) => _scopes[^1][name] = value;

    public void Enter() => _scopes.Add(new Dictionary<string, object?>(StringComparer.Ordinal));

    public void Leave() => _scopes.RemoveAt(_scopes.Count - 1);

    public void Write(string text)
    {
        RenderBudget.CheckLength((long)Output.Length + text.Length);
        Output.Append(text);
    }
}
