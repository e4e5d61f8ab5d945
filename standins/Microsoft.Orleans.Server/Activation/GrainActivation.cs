using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Manifest;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>One grain in memory: its instance, its turns, and the calls that wait for them.</summary>
internal sealed class GrainActivation : IGrainContext
{
    [ThreadStatic]
    private static GrainActivation? _underConstruction;

    private static readonly AsyncLocal<GrainActivation?> Ambient = new();

    private readonly Lock _gate = new();
    private readonly ActivationEnvironment _environment;
    private readonly RequestQueue _queue;
    private readonly TurnScheduler _turns = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<Type, object> _components = new();
    private ActivationStage _stage = ActivationStage.Activating;
    private DeactivationReason? _wish;
    private long _lastUse;
    private long _keptFrom;
    private TimeSpan _keptFor;

    public GrainActivation(GrainId grain, GrainClass grainClass, ActivationEnvironment environment)
    {
        GrainId = grain;
        Class = grainClass;
        _environment = environment;
        _queue = new(grainClass.IsReentrant, environment.QueueLimit);
        _lastUse = environment.Time.GetTimestamp();
        Address = new() { GrainId = grain, ActivationId = ActivationId.NewId(), SiloAddress = environment.Silo };
    }

    /// <summary>The activation whose grain's constructor runs on this thread.</summary>
    public static GrainActivation? UnderConstruction => _underConstruction;

    /// <summary>The activation whose turn runs.</summary>
    public static GrainActivation? Current => Ambient.Value ?? _underConstruction;

    public GrainClass Class { get; }

    public IGrainRuntime Runtime => _environment.Runtime;

    public ActivationTimers Timers { get; } = new();

    public GrainId GrainId { get; }

    public GrainAddress Address { get; }

    public ActivationId ActivationId => Address.ActivationId;

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => Scope?.ServiceProvider ?? _environment.Services;

    public IWorkItemScheduler Scheduler => _turns;

    public Task Deactivated => _deactivated.Task;

    public GrainReference GrainReference => _environment.References.Untyped(GrainId);

    internal AsyncServiceScope? Scope { get; private set; }

    public static GrainActivation Of(IGrainContext context) => context as GrainActivation
        ?? throw new InvalidOperationException("The grain is not active in a silo: timers, references and deactivation need one.");

    /// <summary>Takes an item, now or for later. False: the activation has ended, and the item belongs elsewhere.</summary>
    public bool TryAccept(WorkItem item)
    {
        lock (_gate)
        {
            if (_stage == ActivationStage.Ended)
                return false;
            if (item.IsUse)
                _lastUse = _environment.Time.GetTimestamp();
            if (!_queue.TryAdd(item))
                item.Abandon(Reply.Failure(new LimitExceededException($"{GrainId} has {_queue.Waiting} waiting calls; MaxEnqueuedRequestsHardLimit is {_environment.QueueLimit}.")));
        }
        StartWaiting();
        return true;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_stage is ActivationStage.Ending or ActivationStage.Ended)
                return;
            if (_stage == ActivationStage.Activating)
            {
                _wish ??= deactivationReason;
                return;
            }
            _stage = ActivationStage.Ending;
            if (!_queue.IsRunning)
                _drained.TrySetResult();
        }
        _ = new Deactivation(this, _environment).RunAsync(deactivationReason, cancellationToken);
    }

    /// <summary>Keeps idle collection away for that long from now; a negative span ends that.</summary>
    public void Delay(TimeSpan span)
    {
        lock (_gate)
        {
            _keptFrom = _environment.Time.GetTimestamp();
            _keptFor = span;
        }
    }

    public bool IsIdleFor(TimeSpan age)
    {
        lock (_gate)
        {
            return _stage == ActivationStage.Active
                && _queue.IsIdle
                && _environment.Time.GetElapsedTime(_lastUse) >= age
                && (_keptFor <= TimeSpan.Zero || _environment.Time.GetElapsedTime(_keptFrom) >= _keptFor);
        }
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        if (value is null)
            _components.TryRemove(typeof(TComponent), out _);
        else
            _components[typeof(TComponent)] = value;
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => Address.ToString();

    internal void Activated()
    {
        DeactivationReason? wish;
        lock (_gate)
        {
            _stage = ActivationStage.Active;
            _lastUse = _environment.Time.GetTimestamp();
            wish = _wish;
        }
        if (wish is { } reason)
            Deactivate(reason);
        StartWaiting();
    }

    /// <summary>Ends for good; what still waits learns why.</summary>
    internal void Ended(Reply reply)
    {
        IReadOnlyList<WorkItem> rest;
        lock (_gate)
        {
            _stage = ActivationStage.Ended;
            rest = _queue.Drain();
        }
        foreach (var item in rest)
        {
            try
            {
                item.Abandon(reply);
            }
            catch (Exception exception)
            {
                // One that can't be told must not keep the others from hearing.
                _environment.Logger.LogError(exception, "{Grain} could not send a waiting call on", GrainId);
            }
        }
        _deactivated.TrySetResult();
    }

    internal Task DrainedAsync() => _drained.Task;

    /// <summary>Runs code as a turn of this grain.</summary>
    internal Task RunTurnAsync(Func<Task> turn) => _turns.RunAsync(() =>
    {
        Ambient.Value = this;
        return turn();
    });

    internal void CreateInstance()
    {
        Scope = _environment.Services.CreateAsyncScope();
        _underConstruction = this;
        try
        {
            Scope.Value.ServiceProvider.GetRequiredService<ScopedGrainContext>().Context = this;
            GrainInstance = ActivatorUtilities.CreateInstance(Scope.Value.ServiceProvider, Class.Type);
        }
        finally
        {
            _underConstruction = null;
        }
    }

    private void StartWaiting()
    {
        while (true)
        {
            WorkItem? item;
            lock (_gate)
            {
                if (_stage != ActivationStage.Active || (item = _queue.Next()) is null)
                    return;
            }
            _ = RunTurnAsync(() => RunAsync(item));
        }
    }

    private async Task RunAsync(WorkItem item)
    {
        try
        {
            await item.RunAsync(this);
        }
        catch (Exception exception)
        {
            _environment.Logger.LogError(exception, "{Grain} could not answer", GrainId);
        }
        lock (_gate)
        {
            _queue.Finished(item);
            if (item.IsUse)
                _lastUse = _environment.Time.GetTimestamp();
            if (_stage == ActivationStage.Ending && !_queue.IsRunning)
                _drained.TrySetResult();
        }
        StartWaiting();
    }
}
