using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Balancer;

/// <summary>From a channel's address and options to its connections.</summary>
internal static class ConnectionFactory
{
    /// <summary>Whether the channel uses TLS: by its scheme, or by its credentials where the scheme doesn't say.</summary>
    public static bool IsSecure(Uri address, GrpcChannelOptions options)
    {
        if (!IsHttp(address))
        {
            return options.Credentials?.IsSecure ?? throw new InvalidOperationException(
                $"Unable to determine the TLS configuration of the channel from address '{address}'. "
                + "GrpcChannelOptions.Credentials must be specified when the address doesn't have a 'http' or 'https' scheme. "
                + "To call TLS endpoints, set credentials to 'ChannelCredentials.SecureSsl'. "
                + "To call non-TLS endpoints, set credentials to 'ChannelCredentials.Insecure'.");
        }
        bool isSecure = address.Scheme == Uri.UriSchemeHttps;
        if (options.Credentials is { } credentials && credentials.IsSecure != isSecure)
        {
            throw new InvalidOperationException($"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel "
                + $"credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
        }
        return isSecure;
    }

    /// <summary>Null: the handler connects by itself, which only a single address allows.</summary>
    public static ConnectionManager? Create(
        Uri address, GrpcChannelOptions options, ResolverFactory? resolvers, HttpMessageHandler? handler, bool isSecure)
    {
        LoadBalancingConfig? balancing = options.ServiceConfig?.LoadBalancingConfigs.FirstOrDefault();
        if (Transport.Prepare(handler, address) is not { } connectTimeout)
            return resolvers is null && balancing is null ? null : throw NotObservable();
        Resolver resolver = resolvers?.Create(new ResolverOptions(address, isSecure ? 443 : 80, options))
            ?? new StaticResolver([new BalancerAddress(address.IdnHost, address.Port)]);
        return new ConnectionManager(options, resolver, balancing is RoundRobinConfig, isSecure, connectTimeout);
    }

    public static InvalidOperationException NotObservable() => new(
        "Channel is configured with an HTTP transport doesn't support client-side load balancing or connectivity state tracking. "
        + "The underlying HTTP transport must be a SocketsHttpHandler with no SocketsHttpHandler.ConnectCallback configured. "
        + "The HTTP transport must be configured on the channel using GrpcChannelOptions.HttpHandler.");

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;

    /// <summary>Null for http and https: they name their only address.</summary>
    public static ResolverFactory? ResolversFor(Uri address, IServiceProvider? services)
    {
        if (IsHttp(address))
            return null;
        ResolverFactory? given = services?.GetServices<ResolverFactory>()
            .FirstOrDefault(factory => string.Equals(factory.Name, address.Scheme, StringComparison.OrdinalIgnoreCase));
        if (given is null && address.Scheme == "dns")
            given = new DnsResolverFactory(Timeout.InfiniteTimeSpan);
        return given ?? throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
    }
}
