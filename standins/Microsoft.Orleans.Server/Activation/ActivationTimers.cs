namespace Orleans.OneMachine.Activation;

/// <summary>The timers of one activation, to end with it.</summary>
internal sealed class ActivationTimers : IDisposable
{
    private readonly HashSet<IDisposable> _timers = [];
    private bool _disposed;

    public void Add(IDisposable timer)
    {
        lock (_timers)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _timers.Add(timer);
        }
    }

    public void Remove(IDisposable timer)
    {
        lock (_timers)
            _timers.Remove(timer);
    }

    public void Dispose()
    {
        IDisposable[] timers;
        lock (_timers)
        {
            _disposed = true;
            timers = [.. _timers];
        }
        foreach (var timer in timers)
            timer.Dispose();
    }
}
