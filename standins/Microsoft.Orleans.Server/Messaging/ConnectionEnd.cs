namespace Orleans.OneMachine.Messaging;

/// <summary>Why an outgoing connection ended.</summary>
internal enum ConnectionEnd
{
    /// <summary>This side closed it.</summary>
    Closed,

    /// <summary>It broke after it had been up: the other process may be gone.</summary>
    Lost,

    /// <summary>Nobody listens on the port: on one machine that proves that the process is gone.</summary>
    NobodyListens,

    /// <summary>A later run listens on the port.</summary>
    Replaced,

    /// <summary>The other side says that this silo is dead.</summary>
    ToldDead,

    /// <summary>The other side is of another cluster or speaks another protocol.</summary>
    Refused,

    /// <summary>The other side took the connection but does not answer.</summary>
    NoAnswer,
}
