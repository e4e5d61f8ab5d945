namespace ExpertCluster.Node.Lifetimes;

/// <summary>
/// Something that others use while it may be replaced: once it is retired nobody new gets it, and it is disposed of with the last who uses it.
/// Thread-safe.
/// </summary>
public sealed class RetiringResource<T>(T value)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isRetired;

    /// <summary>To be used between a <see cref="TryEnter"/> that succeeded and its <see cref="Leave"/>.</summary>
    public T Value => value;

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

    private void Dispose() => (value as IDisposable)?.Dispose();
}
