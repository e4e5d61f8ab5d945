using System.Collections.Immutable;
using Orleans.OneMachine.Invocation;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>
/// A grain call on the caller's side. Arguments that could change are written out when the call is made, so that the grain
/// sees them as they were then, on whichever silo it is and however often the call is sent anew.
/// </summary>
internal sealed class OutgoingCall
{
    private readonly object?[] _arguments;
    private readonly byte[]? _body;

    public OutgoingCall(GrainReference target, MethodModel method, object?[] arguments, int maxBodySize)
    {
        Target = target.GrainId;
        Interface = target.InterfaceType;
        Method = method;
        Context = RequestContext.Current;
        _arguments = arguments;
        if (method.ArgumentsAreImmutable)
            return;
        using var writer = new WireWriter(maxBodySize);
        method.WriteArguments(writer, arguments);
        _body = writer.Written.ToArray();
    }

    public GrainId Target { get; }

    public GrainInterfaceType Interface { get; }

    public MethodModel Method { get; }

    public ImmutableDictionary<string, object> Context { get; }

    /// <summary>How long the caller still waits.</summary>
    public required Func<TimeSpan> TimeLeft { get; init; }

    /// <summary>Fires when the caller gives up or cancels.</summary>
    public required CancellationToken GivenUp { get; init; }

    /// <summary>What the grain is given as its token; fires when the caller cancels or, by option, when it times out.</summary>
    public required CancellationToken Cancelled { get; init; }

    public object?[] CopyArguments()
    {
        if (_body is null)
            return [.. _arguments];
        var reader = new WireReader(_body);
        return Method.ReadArguments(ref reader);
    }

    public void WriteArguments(WireWriter writer)
    {
        if (_body is null)
            Method.WriteArguments(writer, _arguments);
        else
            writer.Raw(_body);
    }
}
