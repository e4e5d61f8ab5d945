using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>
/// Brings an activation to life: 1. claims the grain in the directory; 2. makes the instance; 3. lets it prepare itself.
/// Whatever fails leaves nothing behind but the answer to those who called.
/// </summary>
internal sealed class FirstActivation(GrainActivation activation, ActivationEnvironment environment, Action<GrainActivation> forget)
{
    public async Task RunAsync()
    {
        // 1. The constructor of a grain that lost the race for its name never runs.
        Reply outcome;
        try
        {
            var holder = await ClaimAsync().ConfigureAwait(false);
            if (!holder.Equals(activation.Address))
            {
                End(Reply.Moved(holder));
                return;
            }
        }
        catch (Exception exception)
        {
            End(Reply.Failure(exception));
            return;
        }

        // 2., 3.
        try
        {
            await activation.RunTurnAsync(PrepareAsync).ConfigureAwait(false);
            activation.Activated();
            return;
        }
        catch (Exception exception)
        {
            environment.Logger.LogWarning(exception, "{Grain} could not be activated", activation.GrainId);
            outcome = Reply.Failure(exception);
        }
        await Deactivation.ReleaseAsync(activation, environment).ConfigureAwait(false);
        End(outcome);
    }

    private async Task<GrainAddress> ClaimAsync()
    {
        var holder = await environment.Directory.RegisterAsync(activation.Address).ConfigureAwait(false);
        if (holder.Equals(activation.Address) || !environment.Silo.Equals(holder.SiloAddress))
            return holder;
        // This silo has one activation a grain at most: the entry is left over from one whose end the directory did not hear of.
        await environment.Directory.UnregisterAsync(holder).ConfigureAwait(false);
        return await environment.Directory.RegisterAsync(activation.Address).ConfigureAwait(false);
    }

    private void End(Reply outcome)
    {
        forget(activation);
        activation.Ended(outcome);
    }

    private async Task PrepareAsync()
    {
        activation.CreateInstance();
        if (activation.GrainInstance is not IGrainBase grain)
            return;
        var limit = environment.Collection.ActivationTimeout;
        using var timeout = new CancellationTokenSource(limit, environment.Time);
        try
        {
            await grain.OnActivateAsync(timeout.Token).WaitAsync(limit, environment.Time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"OnActivateAsync of {activation.GrainId} took longer than ActivationTimeout ({limit}).", exception);
        }
    }
}
