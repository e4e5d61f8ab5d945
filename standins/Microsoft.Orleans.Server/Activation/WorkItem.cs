using Orleans.OneMachine.Invocation;
using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Activation;

/// <summary>Something for an activation to do: a call or a tick of a timer.</summary>
internal abstract class WorkItem
{
    /// <summary>May run whatever else is running.</summary>
    public abstract bool Interleaves { get; }

    /// <summary>May run beside others of its kind.</summary>
    public virtual bool IsReadOnly => false;

    /// <summary>Whether it counts as use of the activation.</summary>
    public virtual bool IsUse => true;

    /// <summary>Runs within the activation's turns; does not throw.</summary>
    public abstract Task RunAsync(GrainActivation activation);

    /// <summary>The activation has ended before the item's turn came.</summary>
    public abstract void Abandon(Reply reply);
}

internal sealed class CallItem(IncomingCall call) : WorkItem
{
    public override bool Interleaves => call.Method.Flags.HasFlag(MethodFlags.AlwaysInterleave);

    public override bool IsReadOnly => call.Method.Flags.HasFlag(MethodFlags.ReadOnly);

    public override async Task RunAsync(GrainActivation activation)
    {
        // Nobody waits any more: the caller has timed out or gone.
        if (call.HasExpired())
        {
            call.Reply(Reply.Failure(new TimeoutException($"{call.Method} of {call.Target} had expired before its turn came.")));
            return;
        }
        Reply reply;
        try
        {
            RequestContext.Current = call.Context;
            reply = Reply.Result(await call.Method.InvokeAsync(activation.GrainInstance!, call.Arguments));
        }
        catch (Exception exception)
        {
            reply = Reply.Failure(exception);
        }
        call.Reply(reply);
    }

    public override void Abandon(Reply reply) => call.Reply(reply);
}
