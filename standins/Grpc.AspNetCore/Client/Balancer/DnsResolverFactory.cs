namespace Grpc.Net.Client.Balancer;

/// <summary>For "dns:///host:port": the addresses that DNS has for a name.</summary>
public sealed class DnsResolverFactory : ResolverFactory
{
    private readonly TimeSpan _refreshInterval;

    /// <param name="refreshInterval">
    /// How often DNS is asked without a reason; <see cref="Timeout.InfiniteTimeSpan"/>: only after a connection failed.
    /// </param>
    public DnsResolverFactory(TimeSpan refreshInterval) => _refreshInterval = refreshInterval;

    public override string Name => "dns";

    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DnsResolver(options, _refreshInterval);
    }
}
