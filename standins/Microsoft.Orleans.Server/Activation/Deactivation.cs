using Microsoft.Extensions.Logging;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>
/// Ends an activation: 1. lets running calls end; 2. tells the grain; 3. disposes of it and frees its name; 4. sends the
/// calls that wait to wherever the grain is next.
/// </summary>
internal sealed class Deactivation(GrainActivation activation, ActivationEnvironment environment)
{
    /// <summary>Frees what an activation holds: timers, instance, scope, name.</summary>
    public static async Task ReleaseAsync(GrainActivation activation, ActivationEnvironment environment)
    {
        activation.Timers.Dispose();
        try
        {
            if (activation.GrainInstance is IAsyncDisposable disposable)
                await disposable.DisposeAsync().ConfigureAwait(false);
            else
                (activation.GrainInstance as IDisposable)?.Dispose();
            if (activation.Scope is { } scope)
                await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            environment.Logger.LogError(exception, "{Grain} failed to dispose", activation.GrainId);
        }
        try
        {
            await environment.Directory.UnregisterAsync(activation.Address).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The entry goes with this silo or its primary; until then calls find nobody here and ask again. Whatever it was, the
            // calls that wait must still be sent on.
            environment.Logger.LogWarning(exception, "{Grain} could not be unregistered", activation.GrainId);
        }
    }

    public async Task RunAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await activation.DrainedAsync().ConfigureAwait(false);
        activation.Timers.Dispose();
        try
        {
            await activation.RunTurnAsync(() => TellAsync(reason, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            environment.Logger.LogError(exception, "{Grain} failed in OnDeactivateAsync", activation.GrainId);
        }
        await ReleaseAsync(activation, environment).ConfigureAwait(false);
        activation.Ended(Reply.Moved(null));
    }

    private async Task TellAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (activation.GrainInstance is not IGrainBase grain)
            return;
        var limit = environment.Collection.DeactivationTimeout;
        using var timeout = new CancellationTokenSource(limit, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await grain.OnDeactivateAsync(reason, either.Token).WaitAsync(limit, environment.Time, CancellationToken.None);
    }
}
