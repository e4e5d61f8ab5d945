using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>Weights in host memory, bounded in bytes, the least recently used going first. Thread-safe.</summary>
internal sealed class HostTier(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<AdapterWeights>> _byDigest = [];
    private readonly LinkedList<AdapterWeights> _recent = new();
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    public AdapterWeights? Find(string digest)
    {
        lock (_lock)
        {
            if (!_byDigest.TryGetValue(digest, out var node))
            {
                return null;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Whether they are here; this is no use of them.</summary>
    public bool Has(string digest)
    {
        lock (_lock)
        {
            return _byDigest.ContainsKey(digest);
        }
    }

    /// <summary>Keeps the weights unless they alone are too large.</summary>
    public void Add(AdapterWeights weights)
    {
        long size = BytesOf(weights);
        lock (_lock)
        {
            if (size > capacityBytes || _byDigest.ContainsKey(weights.Digest))
            {
                return;
            }

            _byDigest.Add(weights.Digest, _recent.AddFirst(weights));
            _bytes += size;
            while (_bytes > capacityBytes)
            {
                Remove(_recent.Last!);
            }
        }
    }

    public void Remove(string digest)
    {
        lock (_lock)
        {
            if (_byDigest.TryGetValue(digest, out var node))
            {
                Remove(node);
            }
        }
    }

    private void Remove(LinkedListNode<AdapterWeights> node)
    {
        _recent.Remove(node);
        _byDigest.Remove(node.Value.Digest);
        _bytes -= BytesOf(node.Value);
    }

    private static long BytesOf(AdapterWeights weights) =>
        weights.Layers.Sum(layer => layer.Sum(site => site is null ? 0L : (site.A.LongLength + site.B.LongLength) * sizeof(float)));
}
