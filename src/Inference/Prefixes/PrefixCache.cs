using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Prefixes;

/// <summary>
/// Blocks of keys and values by <see cref="PrefixKey"/>, in host memory of a bounded size; the least recently used goes
/// first. Memory is taken block by block as it is needed, and kept. For the loop alone.
/// </summary>
internal sealed unsafe class PrefixCache : IDisposable
{
    private readonly int _blockBytes;
    private readonly long _capacity;
    private readonly Dictionary<PrefixKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = new();

    /// <param name="blockBytes">Size of a block; 0 for a runner that has none, which then keeps nothing.</param>
    /// <param name="capacityBytes">Most bytes of all blocks together; below one block nothing is kept.</param>
    public PrefixCache(int blockBytes, long capacityBytes)
    {
        _blockBytes = blockBytes;
        _capacity = blockBytes == 0 ? 0 : capacityBytes / blockBytes;
    }

    public bool IsEnabled => _capacity > 0;

    public long Bytes => (long)_entries.Count * _blockBytes;

    public bool Contains(PrefixKey key) => _entries.ContainsKey(key);

    /// <summary>A block that is there, until the next <see cref="Add"/>; it becomes the most recently used.</summary>
    public ReadOnlySpan<byte> Get(PrefixKey key)
    {
        var node = _entries[key];
        MoveToFront(node);
        return new ReadOnlySpan<byte>((void*)node.ValueRef.Block, _blockBytes);
    }

    /// <summary>Marks blocks as just used, the first the latest: what a chain begins with is worth the most.</summary>
    public void Touch(ReadOnlySpan<PrefixKey> chain)
    {
        for (int i = chain.Length - 1; i >= 0; i--)
        {
            if (_entries.TryGetValue(chain[i], out var node))
            {
                MoveToFront(node);
            }
        }
    }

    /// <summary>Room for a block that is not there yet, to be filled at once.</summary>
    public Span<byte> Add(PrefixKey key)
    {
        LinkedListNode<Entry> node;
        if (_entries.Count < _capacity)
        {
            node = new LinkedListNode<Entry>(new Entry(key, (nint)NativeMemory.Alloc((nuint)_blockBytes)));
        }
        else
        {
            node = _recent.Last!;
            _recent.Remove(node);
            _entries.Remove(node.ValueRef.Key);
            node.ValueRef = node.ValueRef with { Key = key };
        }

        _entries.Add(key, node);
        _recent.AddFirst(node);
        return new Span<byte>((void*)node.ValueRef.Block, _blockBytes);
    }

    public void Dispose()
    {
        foreach (var entry in _recent)
        {
            NativeMemory.Free((void*)entry.Block);
        }

        _recent.Clear();
        _entries.Clear();
    }

    private void MoveToFront(LinkedListNode<Entry> node)
    {
        _recent.Remove(node);
        _recent.AddFirst(node);
    }

    private readonly record struct Entry(PrefixKey Key, nint Block);
}
