namespace ExpertCluster.Catalogue.Store;

/// <summary>One fetch and all who wait for it. It is called off when the last of them has gone.</summary>
internal sealed class Flight
{
    private readonly Lock _lock = new();
    private readonly CancellationToken _stopped;
    private readonly Action _stop;
    private Task<StoredFile>? _task;
    private int _waiting;

    public Flight()
    {
        // Never disposed of: it holds no timer and no handle.
        var stop = new CancellationTokenSource();
        (_stopped, _stop) = (stop.Token, stop.Cancel);
    }

    /// <returns>False: everybody has left, and nobody can join.</returns>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_waiting < 0)
            {
                return false;
            }

            _waiting++;
            return true;
        }
    }

    /// <param name="run">Called once, for the first that comes here.</param>
    /// <param name="cancellation">Ends this one's waiting.</param>
    /// <returns>A file of this one's own.</returns>
    public async Task<StoredFile> WaitAsync(Func<CancellationToken, Task<StoredFile>> run, CancellationToken cancellation)
    {
        Task<StoredFile> task;
        lock (_lock)
        {
            // On another thread: nobody's lock is held while a fetch begins.
            task = _task ??= Task.Run(() => run(_stopped), CancellationToken.None);
        }

        return (await task.WaitAsync(cancellation)).Again();
    }

    /// <returns>Whether this was the last.</returns>
    public bool Leave()
    {
        lock (_lock)
        {
            if (--_waiting > 0)
            {
                return false;
            }

            _waiting = -1;
        }

        _stop();
        _ = _task?.ContinueWith(End, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    private static void End(Task<StoredFile> task)
    {
        // Read, so that a failure that nobody waited for counts as seen.
        _ = task.Exception;
        if (task.IsCompletedSuccessfully)
        {
            task.Result.Dispose();
        }
    }
}
