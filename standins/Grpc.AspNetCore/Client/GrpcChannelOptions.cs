using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it lets through.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Default: by the address, TLS for https and none for http.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>In bytes; null: no limit. Default: none.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>In bytes, before and after decompression; null: no limit. Default: 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Default: gzip and deflate.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>Instead of <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Default: the channel's own <see cref="SocketsHttpHandler"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing of the channel disposes of the client or handler given here. Default: false.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a cancelled call throws <see cref="OperationCanceledException"/>, not <see cref="RpcException"/>. Default: false.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials travel without TLS, too. Default: false.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Default: 2.0.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>Default: exactly the version.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }

    /// <summary>Where resolver factories are looked up, for addresses other than http, https and dns.</summary>
    public IServiceProvider? ServiceProvider { get; set; }

    /// <summary>Balancing and retries. Default: the first address that can be reached, and no retries.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>The pause after a connection failed for the first time; each further one is longer by 1.6. Default: 1 s.</summary>
    public TimeSpan InitialReconnectBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>No pause is longer; null: no limit. Default: 120 s.</summary>
    public TimeSpan? MaxReconnectBackoff { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Bounds every retry policy's attempts, the first one included; null: no limit. Default: 5.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>In bytes, of all requests that are kept for a retry; null: no limit. Default: 16 MiB.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>In bytes, of one call's requests that are kept for a retry; null: no limit. Default: 1 MiB.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>The clock of deadlines and pauses, for tests.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>The jitter of pauses, for tests.</summary>
    internal Random Random { get; set; } = Random.Shared;

    /// <summary>DNS, for tests.</summary>
    internal Func<string, CancellationToken, Task<System.Net.IPAddress[]>> DnsLookup { get; set; } = System.Net.Dns.GetHostAddressesAsync;
}
