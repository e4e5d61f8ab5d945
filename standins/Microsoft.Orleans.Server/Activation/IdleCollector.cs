using Orleans.OneMachine.Manifest;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>Ends activations that nobody has used for long.</summary>
internal sealed class IdleCollector(Catalog catalog, ActivationEnvironment environment)
{
    public async Task RunAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(environment.Collection.CollectionQuantum, environment.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false))
                Collect(LimitOf);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>Starts the end of every activation that has been idle longer than its limit; returns how many.</summary>
    public int Collect(Func<GrainClass, TimeSpan> limitOf)
    {
        var count = 0;
        foreach (var activation in catalog.All)
        {
            var limit = limitOf(activation.Class);
            if (limit == Timeout.InfiniteTimeSpan || !activation.IsIdleFor(limit))
                continue;
            count++;
            activation.Deactivate(new(DeactivationReasonCode.ActivationIdle, $"Idle for {limit}."));
        }
        return count;
    }

    private TimeSpan LimitOf(GrainClass grainClass) =>
        environment.Collection.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var age) ? age
        : grainClass.IdleLimit ?? environment.Collection.CollectionAge;
}
