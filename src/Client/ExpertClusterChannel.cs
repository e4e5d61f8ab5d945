using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Client;

/// <summary>The connections to the routers of one cluster; calls go to them in turn.</summary>
internal sealed class ExpertClusterChannel : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // A router that vanished without a word is noticed while a call waits for it.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly GrpcChannel _channel;
    private readonly ServiceProvider? _resolvers;

    /// <exception cref="ArgumentException">Says everything that is wrong with the options.</exception>
    public ExpertClusterChannel(ExpertClusterClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        var addresses = ClientLimits.Addresses(options.Endpoint);
        Address = addresses[0];
        if (addresses.Count > 1)
        {
            _resolvers = new ServiceCollection()
                .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses.Select(a => new BalancerAddress(a.IdnHost, a.Port))))
                .BuildServiceProvider();
        }

        var channel = new GrpcChannelOptions
        {
            Credentials = Address.Scheme == Uri.UriSchemeHttps || (Address.Scheme == "dns" && options.UseTls) ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
            HttpHandler = CreateHandler(options),
            DisposeHttpClient = true,
            ServiceProvider = _resolvers,
        };
        _channel = _resolvers is null ? GrpcChannel.ForAddress(Address, channel) : GrpcChannel.ForAddress("static:///routers", channel);
        Calls = options.Key is { } key ? _channel.Intercept(headers => WithKey(headers, key)) : _channel.CreateCallInvoker();
    }

    /// <summary>The endpoint, or the first of several.</summary>
    public Uri Address { get; }

    /// <summary>Makes calls, with the key where there is one.</summary>
    public CallInvoker Calls { get; }

    public void Dispose()
    {
        _channel.Dispose();
        _resolvers?.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(ExpertClusterClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = KeepAlive,
            KeepAlivePingTimeout = KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }

    private static Metadata WithKey(Metadata headers, string key)
    {
        headers.Add("authorization", $"Bearer {key}");
        return headers;
    }
}
