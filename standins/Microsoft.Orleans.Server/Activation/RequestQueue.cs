namespace Orleans.OneMachine.Activation;

/// <summary>
/// Which of the waiting items may start: the oldest once nothing runs that it must wait for, and at any time those that
/// interleave. Not thread-safe: its activation locks.
/// </summary>
internal sealed class RequestQueue(bool isReentrant, int limit)
{
    private readonly Queue<WorkItem> _waiting = new();
    private readonly Queue<WorkItem> _passing = new();
    private int _running;
    private int _blocking;
    private int _readOnly;

    public bool IsIdle => _running == 0 && _waiting.Count == 0 && _passing.Count == 0;

    public bool IsRunning => _running > 0;

    public int Waiting => _waiting.Count + _passing.Count;

    public bool TryAdd(WorkItem item)
    {
        if (Waiting >= limit)
            return false;
        (Passes(item) ? _passing : _waiting).Enqueue(item);
        return true;
    }

    /// <summary>The next item that may start; it counts as running from then on.</summary>
    public WorkItem? Next()
    {
        if (!_passing.TryDequeue(out var item))
        {
            if (!_waiting.TryPeek(out item) || !MayStart(item))
                return null;
            _waiting.Dequeue();
            _blocking++;
            _readOnly += item.IsReadOnly ? 1 : 0;
        }
        _running++;
        return item;
    }

    public void Finished(WorkItem item)
    {
        _running--;
        if (Passes(item))
            return;
        _blocking--;
        _readOnly -= item.IsReadOnly ? 1 : 0;
    }

    public IReadOnlyList<WorkItem> Drain()
    {
        WorkItem[] rest = [.. _passing, .. _waiting];
        _passing.Clear();
        _waiting.Clear();
        return rest;
    }

    private bool Passes(WorkItem item) => isReentrant || item.Interleaves;

    private bool MayStart(WorkItem item) => _blocking == 0 || (item.IsReadOnly && _readOnly == _blocking);
}
