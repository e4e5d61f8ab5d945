namespace ExpertCluster.Simulation.Clusters;

/// <summary>Which adapters a host holds: a bounded number, least recently used go first, those that are kept warm or in use last.</summary>
internal sealed class AdapterCache(int capacity)
{
    private readonly Dictionary<int, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    public int Count => _entries.Count;

    public bool Has(int expert) => _entries.ContainsKey(expert);

    /// <summary>Marks it as used now.</summary>
    /// <returns>False: it is not there.</returns>
    public bool Touch(int expert)
    {
        if (!_entries.TryGetValue(expert, out var node))
        {
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return true;
    }

    /// <returns>Whether another had to go for it.</returns>
    public bool Add(int expert, bool kept)
    {
        if (Touch(expert))
        {
            Keep(expert, kept);
            return false;
        }

        bool isFull = _entries.Count >= capacity;
        if (isFull)
        {
            Evict();
        }

        _entries[expert] = _byUse.AddLast(new Entry(expert) { IsKept = kept });
        return isFull;
    }

    public void Keep(int expert, bool kept)
    {
        if (_entries.TryGetValue(expert, out var node))
        {
            node.Value.IsKept = kept;
        }
    }

    /// <summary>The oldest that nobody keeps, and where all are kept, the oldest.</summary>
    private void Evict()
    {
        var node = _byUse.First;
        while (node is { Value.IsKept: true })
        {
            node = node.Next;
        }

        node ??= _byUse.First!;
        _byUse.Remove(node);
        _entries.Remove(node.Value.Expert);
    }

    private sealed class Entry(int expert)
    {
        public int Expert => expert;

        public bool IsKept { get; set; }
    }
}
