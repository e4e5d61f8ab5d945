using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>What the transport must ask the member list.</summary>
internal interface IPeerGate
{
    /// <summary>Whether a silo may (still) talk to this one.</summary>
    bool IsDead(SiloAddress silo);

    /// <summary>Called after an outgoing connection has ended for good.</summary>
    void ConnectionEnded(SiloAddress target, ConnectionEnd end);

    /// <summary>
    /// Called after an outgoing connection broke and another one took its place and what had not been sent; whether that one
    /// comes up shows what is the matter with the target.
    /// </summary>
    void ConnectionReplaced(OutboundConnection broken, OutboundConnection next);
}
