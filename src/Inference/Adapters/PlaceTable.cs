namespace ExpertCluster.Inference.Adapters;

/// <summary>The places of the runtime's stack, and which content is to go when another one needs a place. Not thread-safe.</summary>
internal sealed class PlaceTable
{
    private readonly Stack<int> _free;
    private readonly LinkedListNode<AdapterContent>?[] _nodes;
    private readonly LinkedList<AdapterContent> _recent = new();

    public PlaceTable(int capacity)
    {
        _free = new Stack<int>(Enumerable.Range(0, capacity).Reverse());
        _nodes = new LinkedListNode<AdapterContent>?[capacity];
    }

    public int Capacity => _nodes.Length;

    public int Used => Capacity - _free.Count;

    /// <summary>Places whose content may never go.</summary>
    public int Kept { get; set; }

    /// <summary>Total of contents that had to go for another.</summary>
    public long Evictions { get; private set; }

    /// <summary>Gives the content a free place, or that of the least recently used content that may go and isn't wanted now.</summary>
    public bool TryTake(AdapterContent content, long now)
    {
        if (_free.Count == 0 && !TryEvict(now))
        {
            return false;
        }

        content.Index = _free.Pop();
        _nodes[content.Index] = _recent.AddFirst(content);
        return true;
    }

    /// <summary>Gives the content a place only if one is free.</summary>
    public bool TryTakeFree(AdapterContent content) => _free.Count > 0 && TryTake(content, long.MaxValue);

    public void Touch(AdapterContent content)
    {
        var node = _nodes[content.Index]!;
        _recent.Remove(node);
        _recent.AddFirst(node);
    }

    public void Free(AdapterContent content)
    {
        _recent.Remove(_nodes[content.Index]!);
        _nodes[content.Index] = null;
        _free.Push(content.Index);
        content.Index = -1;
        content.State = AdapterState.Absent;
    }

    private bool TryEvict(long now)
    {
        for (var node = _recent.Last; node is not null; node = node.Previous)
        {
            if (node.Value.MayBeEvicted && node.Value.WantedAt != now)
            {
                Free(node.Value);
                Evictions++;
                return true;
            }
        }

        return false;
    }
}
