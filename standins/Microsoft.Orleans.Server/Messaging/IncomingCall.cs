using System.Collections.Immutable;
using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>A grain call as it reaches the silo that carries it out, be it from here or from another silo.</summary>
internal sealed class IncomingCall(GrainId target, MethodModel method, object?[] arguments, ImmutableDictionary<string, object> context, bool isNewPlacement, Action<Reply> reply)
{
    private Action<Reply>? _reply = reply;

    public GrainId Target => target;

    public MethodModel Method => method;

    public object?[] Arguments => arguments;

    public ImmutableDictionary<string, object> Context => context;

    /// <summary>Whether a placement chose this silo, so that it may activate the grain.</summary>
    public bool IsNewPlacement => isNewPlacement;

    /// <summary>Whether the caller has given up, so that the call need not run.</summary>
    public Func<bool> HasExpired { get; init; } = static () => false;

    /// <summary>The first reply counts.</summary>
    public void Reply(Reply outcome) => Interlocked.Exchange(ref _reply, null)?.Invoke(outcome);
}
