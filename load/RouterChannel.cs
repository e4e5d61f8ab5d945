using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Load;

/// <summary>A channel to one router, or to several that get the requests in turn.</summary>
internal static class RouterChannel
{
    /// <summary>What is wrong with a list of addresses; null: nothing.</summary>
    public static string? Problem(string addresses)
    {
        string[] routers = Split(addresses);
        if (routers.Length == 0)
        {
            return "--grpc names no address";
        }

        foreach (string router in routers)
        {
            if (!Uri.TryCreate(router, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "dns"))
            {
                return $"--grpc: '{router}' is no address like http://host:port, https://host:port or dns:///host:port";
            }
        }

        return routers.Length > 1 && (routers.Any(r => new Uri(r).Scheme == "dns") || routers.Select(r => new Uri(r).Scheme).Distinct().Count() > 1)
            ? "--grpc: several addresses must all be http or all be https" : null;
    }

    /// <param name="addresses">One address, "dns:///host:port" for all addresses that a name has, or several with commas between.</param>
    /// <exception cref="ArgumentException">As <see cref="Problem"/> says.</exception>
    public static GrpcChannel Open(string addresses)
    {
        if (Problem(addresses) is { } problem)
        {
            throw new ArgumentException(problem, nameof(addresses));
        }

        Uri[] routers = [.. Split(addresses).Select(r => new Uri(r))];
        var options = new GrpcChannelOptions
        {
            Credentials = routers[0].Scheme == "https" ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        };
        if (routers.Length == 1)
        {
            return GrpcChannel.ForAddress(routers[0], options);
        }

        options.ServiceProvider = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => routers.Select(r => new BalancerAddress(r.IdnHost, r.Port))))
            .BuildServiceProvider();
        return GrpcChannel.ForAddress("static:///routers", options);
    }

    private static string[] Split(string addresses) =>
        addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
