namespace Orleans.Runtime;

/// <summary>An activation as its grain sees it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    object? GrainInstance { get; }

    ActivationId ActivationId { get; }

    GrainAddress Address { get; }

    IServiceProvider ActivationServices { get; }

    IWorkItemScheduler Scheduler { get; }

    /// <summary>Ends when the activation has.</summary>
    Task Deactivated { get; }

    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    void SetComponent<TComponent>(TComponent? value)
        where TComponent : class;
}

public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn is running; null outside of grain code.</summary>
    IGrainContext GrainContext { get; }
}

public static class GrainContextExtensions
{
    /// <summary>Deactivates, and waits until that is done. Not from within the grain itself: it would wait for ever.</summary>
    public static Task DeactivateAsync(this IGrainContext grainContext, DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        grainContext.Deactivate(deactivationReason, cancellationToken);
        return grainContext.Deactivated;
    }
}

/// <summary>Runs work as turns of one activation.</summary>
public interface IWorkItemScheduler
{
    void QueueAction(Action action);

    void QueueAction(Action<object> action, object state);

    void QueueTask(Task task);
}
