using Grpc.Core;
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

    /// <summary>The clock of deadlines, for tests.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;
}
