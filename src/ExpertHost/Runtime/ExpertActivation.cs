using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Inference.Adapters;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>One revision of an expert, ready here. Requests hold a lease on it, so that a drain can wait for them.</summary>
internal sealed class ExpertActivation(PreparedExpert expert, BaseRuntime runtime, EngineAdapter? adapter)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _draining;
    private bool _retired;

    public PreparedExpert Prepared => expert;

    public string Expert => expert.Name;

    public string Revision => expert.Revision;

    public BaseRuntime Runtime { get; } = runtime;

    /// <summary>Null: the base alone.</summary>
    public EngineAdapter? Adapter { get; } = adapter;

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
        lock (_lock)
        {
            if (--_running == 0 && _draining)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>True for the first who takes it out of use: he gives its adapter up.</summary>
    public bool TryRetire()
    {
        lock (_lock)
        {
            bool isFirst = !_retired;
            _retired = true;
            return isFirst;
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
