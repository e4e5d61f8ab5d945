namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>The variable "loop" in one turn of a for.</summary>
internal sealed class LoopState(List<object?> items, int turn)
{
    public object? Member(string name) => name switch
    {
        "index" => turn + 1L,
        "index0" => (long)turn,
        "revindex" => (long)items.Count - turn,
        "revindex0" => items.Count - turn - 1L,
        "first" => turn == 0,
        "last" => turn == items.Count - 1,
        "length" => (long)items.Count,
        "previtem" when turn > 0 => items[turn - 1],
        "nextitem" when turn + 1 < items.Count => items[turn + 1],
        _ => new Undefined($"loop.{name}"),
    };
}
