namespace ExpertCluster.Sessions;

/// <summary>
/// When something may be used and when it is given back. Users enter and leave; Dispose turns new ones away at once, and what is
/// held is given back when the last one has left, by Dispose itself where there is none. Thread-safe; entering allocates nothing.
/// </summary>
/// <remarks>
/// ONNX Runtime's binding hands raw pointers to the library and keeps no count of who uses them: a Run on what has been disposed,
/// or a Dispose while a Run is under way, ends the process.
/// </remarks>
public sealed class Lifetime : IDisposable
{
    private static long _live;

    private readonly object _owner;
    private readonly Action _release;

    // Twice the users, and 1 more once disposed.
    private int _state;

    /// <param name="owner">Whose type is named to those who come too late.</param>
    /// <param name="release">Gives back what is held; runs once.</param>
    public Lifetime(object owner, Action release)
    {
        (_owner, _release) = (owner, release);
        Interlocked.Increment(ref _live);
    }

    /// <summary>Those of the process whose holdings have not been given back; for tests.</summary>
    public static long Live => Interlocked.Read(ref _live);

    /// <summary>What is held stays until the result is disposed, once.</summary>
    /// <exception cref="ObjectDisposedException">Dispose was called.</exception>
    public Use Enter()
    {
        int state = Volatile.Read(ref _state);
        while (true)
        {
            ObjectDisposedException.ThrowIf((state & 1) != 0, _owner);
            int seen = Interlocked.CompareExchange(ref _state, state + 2, state);
            if (seen == state)
            {
                return new Use(this);
            }

            state = seen;
        }
    }

    public void Dispose()
    {
        // The state before: without users, and not disposed yet.
        if (Interlocked.Or(ref _state, 1) == 0)
        {
            Release();
        }
    }

    internal void Leave()
    {
        if (Interlocked.Add(ref _state, -2) == 1)
        {
            Release();
        }
    }

    private void Release()
    {
        Interlocked.Decrement(ref _live);
        _release();
    }
}
