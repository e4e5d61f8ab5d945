using System.Diagnostics.CodeAnalysis;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;

namespace ExpertCluster.Inference.Batching;

/// <summary>What became of a request at the queue.</summary>
internal enum Admission
{
    Queued,
    Full,
    Closed,
}

/// <summary>
/// Requests that wait for slots and adapters: callers take turns (<see cref="CallerTurns"/>), those of one caller first in, first out. One that
/// needs several slots is not overtaken by those behind it, so it cannot starve. Thread-safe. The limit counts only those for whom no slot is free; where it is reached,
/// a caller with fewer requests takes the place of the last one of whoever has the most.
/// </summary>
internal sealed class AdmissionQueue(int limit, int slots)
{
    /// <summary>How far down the line adapters are loaded ahead.</summary>
    private const int Lookahead = 64;

    /// <summary>Looks at the queue after which one that waits for a place holds up those behind it.</summary>
    private const int MostOvertakes = 256;

    private readonly Lock _lock = new();
    private readonly List<Sequence> _waiting = [];
    private readonly List<Sequence> _displaced = [];
    private readonly CallerTurns _turns = new();
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
                int demand = sequence.Branches.Length;
                foreach (var waiting in _waiting)
                {
                    demand += waiting.Branches.Length;
                }

                if (demand > _freeSlots && !Displace(sequence.Caller))
                {
                    return Admission.Full;
                }
            }

            sequence.Turn = _turns.Next(sequence.Caller);
            int at = _waiting.Count;
            while (at > 0 && _waiting[at - 1].Turn > sequence.Turn)
            {
                at--;
            }

            _waiting.Insert(at, sequence);
            return Admission.Queued;
        }
    }

    /// <summary>
    /// Takes the first that is ready, if its branches fit; tells the queue how many slots are free. Who waits for adapters is
    /// passed by; who waits for slots is not, and who was passed by often enough for want of a place is not any more.
    /// </summary>
    /// <param name="freeSlots">Slots that are free.</param>
    /// <param name="prepare">From a sequence and whether it could run now to what of its adapters is missing.</param>
    /// <param name="sequence">The one that was taken.</param>
    public bool TryTake(
        int freeSlots, Func<Sequence, bool, AdapterReadiness> prepare, [MaybeNullWhen(false)] out Sequence sequence)
    {
        lock (_lock)
        {
            _freeSlots = freeSlots;
            bool open = true;
            for (int i = 0; i < Math.Min(_waiting.Count, Lookahead); i++)
            {
                sequence = _waiting[i];
                open &= sequence.Branches.Length <= freeSlots;
                switch (prepare(sequence, open))
                {
                    case AdapterReadiness.Ready when open:
                        _waiting.RemoveAt(i);
                        _turns.Take(sequence.Turn);
                        _freeSlots -= sequence.Branches.Length;
                        return true;
                    case AdapterReadiness.NoPlace:
                        open &= sequence.Overtaken++ < MostOvertakes;
                        break;
                }
            }

            sequence = null;
            return false;
        }
    }

    /// <summary>Moves those that were cancelled or refused while they waited to the list; all of them where the queue is given up.</summary>
    public void RemoveEnded(List<Sequence> ended, bool all = false)
    {
        lock (_lock)
        {
            foreach (var sequence in _waiting)
            {
                if (all || sequence.IsCancelled || sequence.Refusal is not null)
                {
                    ended.Add(sequence);
                }
            }

            if (ended.Count > 0)
            {
                _waiting.RemoveAll(ended.Contains);
            }

            ended.AddRange(_displaced);
            _displaced.Clear();
        }
    }

    /// <summary>Makes room for a caller who has fewer requests here than another one: the last of that one's is refused after all.</summary>
    private bool Displace(ulong caller)
    {
        if (_waiting.Count == 0)
        {
            return false;
        }

        var most = _waiting.CountBy(s => s.Caller).MaxBy(c => c.Value);
        if (most.Key == caller || most.Value <= _waiting.Count(s => s.Caller == caller) + 1)
        {
            return false;
        }

        int last = _waiting.FindLastIndex(s => s.Caller == most.Key);
        _waiting[last].Refusal = new EngineOverloadedException(limit);
        _displaced.Add(_waiting[last]);
        _waiting.RemoveAt(last);
        return true;
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
