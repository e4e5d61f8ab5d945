using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>What the transport must ask the member list.</summary>
internal interface IPeerGate
{
    /// <summary>Whether a silo may (still) talk to this one.</summary>
    bool IsDead(SiloAddress silo);

    /// <summary>Called after an outgoing connection has ended.</summary>
    void ConnectionEnded(SiloAddress target, ConnectionEnd end);
}
