using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Finds the addresses of a channel's target, and says when they change.</summary>
public abstract class Resolver : IDisposable
{
    /// <summary>Begins; each result goes to the listener.</summary>
    public abstract void Start(Action<ResolverResult> listener);

    /// <summary>Asks for a new look, since a connection failed. It may be ignored.</summary>
    public virtual void Refresh()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Makes resolvers for the targets of one URI scheme.</summary>
public abstract class ResolverFactory
{
    /// <summary>The scheme, such as "dns".</summary>
    public abstract string Name { get; }

    public abstract Resolver Create(ResolverOptions options);
}

/// <summary>What a resolver is to resolve.</summary>
public sealed class ResolverOptions
{
    internal ResolverOptions(Uri address, int defaultPort, GrpcChannelOptions channelOptions)
    {
        Address = address;
        DefaultPort = defaultPort;
        ChannelOptions = channelOptions;
    }

    /// <summary>The channel's address, such as "dns:///service:8080".</summary>
    public Uri Address { get; }

    /// <summary>443 for a channel with TLS, 80 for others.</summary>
    public int DefaultPort { get; }

    public GrpcChannelOptions ChannelOptions { get; }
}

/// <summary>What a resolver found.</summary>
public sealed class ResolverResult
{
    private ResolverResult(Status status, IReadOnlyList<BalancerAddress>? addresses)
    {
        Status = status;
        Addresses = addresses;
    }

    public Status Status { get; }

    /// <summary>Null when the status is a failure.</summary>
    public IReadOnlyList<BalancerAddress>? Addresses { get; }

    public static ResolverResult ForResult(IReadOnlyList<BalancerAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return new ResolverResult(Status.DefaultSuccess, addresses);
    }

    public static ResolverResult ForFailure(Status status)
    {
        if (status.StatusCode == StatusCode.OK)
            throw new ArgumentException("Error status code must not be OK.", nameof(status));
        return new ResolverResult(status, null);
    }
}
