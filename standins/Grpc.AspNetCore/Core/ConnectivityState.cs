namespace Grpc.Core;

/// <summary>What a channel knows about its way to the server.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected, and nobody has asked.</summary>
    Idle = 0,

    Connecting = 1,

    Ready = 2,

    /// <summary>The last attempt failed; another follows after a pause.</summary>
    TransientFailure = 3,

    /// <summary>Disposed.</summary>
    Shutdown = 4,
}
