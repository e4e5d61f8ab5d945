using System.Collections.Concurrent;
using Orleans.OneMachine.Manifest;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>The activations of this silo.</summary>
internal sealed class Catalog(GrainClassCatalog classes, ActivationEnvironment environment)
{
    private readonly ConcurrentDictionary<GrainId, GrainActivation> _activations = new();
    private volatile bool _closed;
    private volatile string? _refusal;

    public ICollection<GrainActivation> All => _activations.Values;

    public bool Has(GrainId grain) => _activations.ContainsKey(grain);

    /// <summary>Queues a call at its grain, and makes the grain where a placement chose this silo for it.</summary>
    public void Deliver(IncomingCall call)
    {
        var item = new CallItem(call);
        while (true)
        {
            if (_refusal is { } refusal)
            {
                call.Reply(Reply.Failure(new SiloUnavailableException(refusal)));
                return;
            }
            if (_activations.TryGetValue(call.Target, out var existing))
            {
                if (existing.TryAccept(item))
                    return;
                _activations.TryRemove(new(call.Target, existing));
            }
            else if (_closed || !call.IsNewPlacement || !classes.TryGet(call.Target.Type, out var grainClass))
            {
                call.Reply(Reply.Moved(null));
                return;
            }
            else if (TryBegin(new(call.Target, grainClass, environment), item))
            {
                return;
            }
        }
    }

    /// <summary>No new activations from now on.</summary>
    public void Close() => _closed = true;

    /// <summary>No calls any more either, not even from this process: others have these grains now.</summary>
    public void Refuse(string reason)
    {
        Close();
        _refusal = reason;
    }

    /// <summary>Ends every activation in order; returns when all have ended or the token fires.</summary>
    public async Task DeactivateAllAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Close();
        while (All.ToArray() is { Length: > 0 } all)
        {
            foreach (var activation in all)
                activation.Deactivate(reason, cancellationToken);
            await Task.WhenAll(all.Select(static activation => activation.Deactivated)).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var activation in all)
                Forget(activation);
        }
    }

    /// <summary>False: somebody else has begun one.</summary>
    private bool TryBegin(GrainActivation created, WorkItem first)
    {
        if (!_activations.TryAdd(created.GrainId, created))
            return false;
        // Before the claim: one that is lost or fails at once ends the activation right here, and whoever had the call then
        // would begin another, and another, as long as the grain is elsewhere.
        created.TryAccept(first);
        _ = created.Deactivated.ContinueWith(_ => Forget(created), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _ = new FirstActivation(created, environment, Forget).RunAsync();
        return true;
    }

    private void Forget(GrainActivation activation) => _activations.TryRemove(new(activation.GrainId, activation));
}
