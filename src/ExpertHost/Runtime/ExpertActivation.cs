using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Text.Chat;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>One revision of an expert, ready here. Requests hold a lease on it, so that a drain can wait for them.</summary>
internal sealed class ExpertActivation(PreparedExpert expert, BaseRuntime runtime, EngineAdapter? adapter, FoundTemplate template)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _draining;
    private bool _retired;
    private Action? _left;

    public PreparedExpert Prepared => expert;

    public string Expert => expert.Name;

    public string Revision => expert.Revision;

    public BaseRuntime Runtime { get; } = runtime;

    /// <summary>Null: the base alone.</summary>
    public EngineAdapter? Adapter { get; } = adapter;

    /// <summary>The adapter's own, for conversations with it alone; with others the base's counts.</summary>
    public FoundTemplate Template => template;

    /// <summary>Whether a request for it reads no file.</summary>
    public bool IsInMemory => Adapter is null || Runtime.Engine.Adapters.IsInMemory(Adapter);

    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>False when the activation is on its way out: another one may take its place.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_draining)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    public void Leave()
    {
        Action? left = null;
        lock (_lock)
        {
            if (--_running == 0 && _draining)
            {
                _idle.TrySetResult();
                (left, _left) = (_left, null);
            }
        }

        left?.Invoke();
    }

    /// <summary>Takes it out of use: nobody new gets it.</summary>
    /// <param name="left">
    /// Called once, with the last who uses it gone: who has entered may not have begun to generate yet, and needs the adapter to begin.
    /// </param>
    /// <returns>True for the first call; others do nothing.</returns>
    public bool TryRetire(Action left)
    {
        lock (_lock)
        {
            if (_retired)
            {
                return false;
            }

            _draining = _retired = true;
            if (_running > 0)
            {
                _left = left;
                return true;
            }

            _idle.TrySetResult();
        }

        left();
        return true;
    }

    /// <summary>Takes nothing new; completes when what runs has ended.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _draining = true;
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }

        return _idle.Task;
    }
}
