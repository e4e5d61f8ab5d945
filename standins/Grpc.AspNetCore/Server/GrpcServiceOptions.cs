using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>How a server treats its services' calls.</summary>
public class GrpcServiceOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>In bytes; null: no limit. Default: none.</summary>
    public int? MaxSendMessageSize
    {
        get;
        set
        {
            field = value;
            MaxSendMessageSizeSpecified = true;
        }
    }

    /// <summary>In bytes, before and after decompression; null: no limit. Default: 4 MiB.</summary>
    public int? MaxReceiveMessageSize
    {
        get;
        set
        {
            field = value;
            MaxReceiveMessageSizeSpecified = true;
        }
    }

    /// <summary>Whether the texts of unexpected exceptions go to the caller. Default: false.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The encoding of responses, where the caller accepts it. Default: none.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Default: gzip and deflate.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; set; } = [];

    /// <summary>Whether calls of unknown services are left to others, instead of answered with UNIMPLEMENTED. Default: false.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>The first one is the outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    internal bool MaxSendMessageSizeSpecified { get; private set; }

    internal bool MaxReceiveMessageSizeSpecified { get; private set; }
}

/// <summary>The same for one service; what is not set here comes from all services' options.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
