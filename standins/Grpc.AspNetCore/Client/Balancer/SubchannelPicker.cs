using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Says for one call where it goes. A snapshot: a balancer puts a new one in its place when something changes.</summary>
internal abstract class SubchannelPicker
{
    public abstract PickResult Pick();
}

/// <summary>A connection; or, without one, a reason why the call can't have one; or neither: it must wait for the next picker.</summary>
internal readonly record struct PickResult(SubchannelConnection? Connection, Status? Failure)
{
    public static PickResult Queue => default;
}

/// <summary>Something is on its way.</summary>
internal sealed class QueuePicker : SubchannelPicker
{
    public static readonly QueuePicker Instance = new();

    public override PickResult Pick() => PickResult.Queue;
}

/// <summary>The last try failed.</summary>
internal sealed class ErrorPicker(Status status) : SubchannelPicker
{
    public override PickResult Pick() => new(null, status);
}

/// <summary>Nobody has needed a connection so far: the first call asks for it.</summary>
internal sealed class ConnectingPicker(Subchannel subchannel) : SubchannelPicker
{
    public override PickResult Pick()
    {
        subchannel.RequestConnection();
        return PickResult.Queue;
    }
}

internal sealed class PickFirstPicker(SubchannelConnection connection) : SubchannelPicker
{
    public override PickResult Pick() => new(connection, null);
}

internal sealed class RoundRobinPicker(SubchannelConnection[] connections, int first) : SubchannelPicker
{
    private int _last = first - 1;

    public override PickResult Pick() =>
        new(connections[(uint)Interlocked.Increment(ref _last) % (uint)connections.Length], null);
}
