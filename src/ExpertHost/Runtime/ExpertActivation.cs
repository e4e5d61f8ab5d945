using ExpertCluster.Fabric.Grains;
using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>One expert replica, loaded here under one epoch. Requests hold a lease on it, so that a drain can wait for them.</summary>
internal sealed class ExpertActivation(ExpertReplica replica, BaseRuntime runtime, EngineAdapter? adapter)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _draining;

    public ExpertReplica Replica { get; } = replica;

    public BaseRuntime Runtime { get; } = runtime;

    /// <summary>Null: the base alone.</summary>
    public EngineAdapter? Adapter { get; } = adapter;

    public bool Draining
    {
        get
        {
            lock (_lock)
            {
                return _draining;
            }
        }
    }

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

    /// <summary>False when the activation drains: the caller must ask the grains again.</summary>
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
        lock (_lock)
        {
            if (--_running == 0 && _draining)
            {
                _idle.TrySetResult();
            }
        }
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
