namespace ExpertCluster.Node.Lifetimes;

/// <summary>
/// Something that others use while it may be replaced: once it is retired nobody new gets it, and it is disposed of with the last who uses it.
/// Thread-safe.
/// </summary>
/// <param name="value">What they use.</param>
/// <param name="ended">Called once, when it is retired and the last user has left; null: it is disposed of.</param>
public sealed class RetiringResource<T>(T value, Action<T>? ended = null)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isRetired;

    /// <summary>To be used between a <see cref="TryEnter"/> that succeeded and its <see cref="Leave"/>.</summary>
    public T Value => value;

    public bool IsRetired
    {
        get
        {
            lock (_lock)
            {
                return _isRetired;
            }
        }
    }

    /// <summary>False where it is retired, and may be gone.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isRetired)
            {
                return;
            }
        }

        Dispose();
    }

    /// <summary>Something else has taken its place.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return;
            }

            _isRetired = true;
            if (_users > 0)
            {
                return;
            }
        }

        Dispose();
    }

    private void Dispose()
    {
        if (ended is not null)
        {
            ended(value);
        }
        else
        {
            (value as IDisposable)?.Dispose();
        }
    }
}
