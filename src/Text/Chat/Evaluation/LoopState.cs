namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>The variable "loop" in the turns of a for.</summary>
/// <param name="items">All that it goes over.</param>
internal sealed class LoopState(List<object?> items)
{
    public const string Name = "loop";

    private int _turn;
    private List<object?>? _last;

    public LoopState At(int turn)
    {
        _turn = turn;
        return this;
    }

    public object? Member(string name) => name switch
    {
        "index" => _turn + 1L,
        "index0" => (long)_turn,
        "revindex" => (long)items.Count - _turn,
        "revindex0" => items.Count - _turn - 1L,
        "first" => _turn == 0,
        "last" => _turn == items.Count - 1,
        "length" => (long)items.Count,
        // Of recursion, which there is none of, and not of loops in loops.
        "depth" => 1L,
        "depth0" => 0L,
        "previtem" when _turn > 0 => items[_turn - 1],
        "nextitem" when _turn + 1 < items.Count => items[_turn + 1],
        _ => new Undefined($"{Name}.{name}"),
    };

    /// <summary>One of the arguments for each turn.</summary>
    public object? Cycle(CallContext call) => call.Arguments.Count == 0
        ? throw call.Error("needs something to cycle through")
        : call.Arguments[_turn % call.Arguments.Count].Value.Evaluate(call.Frame);

    /// <summary>Whether the arguments are others than at the call before.</summary>
    public bool HasChanged(CallContext call)
    {
        List<object?> now = [.. call.Arguments.Select(argument => argument.Value.Evaluate(call.Frame))];
        bool changed = _last is null || !Values.AreEqual(_last, now, call.Frame.Budget);
        _last = now;
        return changed;
    }
}
