namespace ExpertCluster.Architecture.Tests;

/// <summary>Folders that use each other, directly or around: the strongly connected parts of the uses (Tarjan, 1972).</summary>
internal sealed class FolderCircles
{
    private readonly ILookup<string, string> _targets;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _low = new(StringComparer.Ordinal);
    private readonly Stack<string> _open = new();
    private readonly List<IReadOnlyList<string>> _circles = [];

    private FolderCircles(IReadOnlyList<FolderUse> uses)
    {
        _targets = uses.Select(use => (use.From, use.To)).Distinct().ToLookup(pair => pair.From, pair => pair.To, StringComparer.Ordinal);
        foreach (string folder in _targets.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            if (!_index.ContainsKey(folder))
            {
                Visit(folder);
            }
        }
    }

    /// <summary>One finding a circle: its folders, and every line that is part of it.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<FolderUse> uses) => [.. new FolderCircles(uses)._circles.Select(circle =>
    {
        var inside = uses.Where(use => circle.Contains(use.From) && circle.Contains(use.To))
            .OrderBy(use => (use.From, use.To))
            .Select(use => $"  {use.From} -> {use.To}: {use.Place}: {use.Name}");
        return $"Circle of {string.Join(", ", circle.Order(StringComparer.Ordinal))}; move a type, or all that both need below both:\n{string.Join('\n', inside)}";
    })];

    private void Visit(string folder)
    {
        _index[folder] = _low[folder] = _index.Count;
        _open.Push(folder);
        foreach (string next in _targets[folder])
        {
            if (!_index.TryGetValue(next, out int index))
            {
                Visit(next);
                _low[folder] = Math.Min(_low[folder], _low[next]);
            }
            else if (_open.Contains(next))
            {
                _low[folder] = Math.Min(_low[folder], index);
            }
        }

        if (_low[folder] == _index[folder])
        {
            Close(folder);
        }
    }

    private void Close(string root)
    {
        List<string> part = [];
        do
        {
            part.Add(_open.Pop());
        }
        while (part[^1] != root);

        if (part.Count > 1)
        {
            _circles.Add(part);
        }
    }
}
