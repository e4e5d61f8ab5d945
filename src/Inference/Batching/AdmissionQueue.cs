using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Inference.Batching;

/// <summary>What became of a request at the queue.</summary>
internal enum Admission
{
    Queued,
    Full,
    Closed,
}

/// <summary>
/// Requests that wait for slots, first in, first out; one that needs several slots is never overtaken, so it cannot
/// starve. Thread-safe. The limit counts only those for whom no slot is free.
/// </summary>
internal sealed class AdmissionQueue(int limit, int slots)
{
    private readonly Lock _lock = new();
    private readonly List<Sequence> _waiting = [];
    private int _freeSlots = slots;
    private bool _closed;

    public int Limit => limit;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    public Admission TryAdd(Sequence sequence)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return Admission.Closed;
            }

            if (_waiting.Count >= limit)
            {
                var demand = sequence.Branches.Length;
                foreach (var waiting in _waiting)
                {
                    demand += waiting.Branches.Length;
                }

                if (demand > _freeSlots)
                {
                    return Admission.Full;
                }
            }

            _waiting.Add(sequence);
            return Admission.Queued;
        }
    }

    /// <summary>Takes the first in line if its branches fit; tells the queue how many slots are free.</summary>
    public bool TryTake(int freeSlots, [MaybeNullWhen(false)] out Sequence sequence)
    {
        lock (_lock)
        {
            _freeSlots = freeSlots;
            if (_waiting.Count == 0 || _waiting[0].Branches.Length > freeSlots)
            {
                sequence = null;
                return false;
            }

            sequence = _waiting[0];
            _waiting.RemoveAt(0);
            _freeSlots -= sequence.Branches.Length;
            return true;
        }
    }

    /// <summary>Moves those that were cancelled while they waited to the list; all of them where the queue is given up.</summary>
    public void RemoveEnded(List<Sequence> ended, bool all = false)
    {
        lock (_lock)
        {
            foreach (var sequence in _waiting)
            {
                if (all || sequence.IsCancelled)
                {
                    ended.Add(sequence);
                }
            }

            if (ended.Count > 0)
            {
                _waiting.RemoveAll(ended.Contains);
            }
        }
    }

    /// <summary>Takes nothing new from here on.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }
}
