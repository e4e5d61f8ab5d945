using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Keeps connections to a target's addresses, and the picker that shares the calls among them. Runs under the manager's lock.</summary>
internal abstract class LoadBalancer(ConnectionManager manager) : IDisposable
{
    protected ConnectionManager Manager { get; } = manager;

    /// <summary>The resolver found these, at least one.</summary>
    public abstract void Update(IReadOnlyList<BalancerAddress> addresses);

    /// <summary>The resolver found none. Those that it found before stay.</summary>
    public abstract void Fail(Status status);

    /// <summary>Somebody wants connections now.</summary>
    public abstract void RequestConnection();

    public abstract void Dispose();
}
