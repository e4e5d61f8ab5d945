using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>Makes the HTTP request of a call.</summary>
internal static class RequestMessage
{
    private const string UserAgent = "grpc-dotnet/2.85.0";

    public static HttpRequestMessage Create(
        GrpcChannel channel, SubchannelConnection? connection, IMethod method, string? host, in CallOptions options, TimeSpan? timeout)
    {
        var request = new GrpcRequest(connection?.UriOf(method) ?? channel.UriOf(method), connection)
        {
            Version = channel.HttpVersion,
            VersionPolicy = channel.VersionPolicy,
        };
        if ((host ?? connection?.Address.HostOverride) is { } name)
            request.Headers.Host = name;
        Add(request, "User-Agent", UserAgent);
        // Some servers refuse calls without it: it says that the client can take trailers.
        Add(request, "TE", "trailers");
        Add(request, GrpcHeaders.AcceptEncoding, channel.Encodings.AcceptHeader);
        if (timeout is { } left)
            Add(request, GrpcHeaders.Timeout, TimeoutCodec.Encode(left));
        if (options.Headers is { } headers)
            AddMetadata(request, headers);
        return request;
    }

    public static void AddMetadata(HttpRequestMessage request, Metadata metadata)
    {
        foreach (Metadata.Entry entry in metadata)
        {
            if (entry.Key == GrpcHeaders.InternalEncodingRequest)
                Add(request, GrpcHeaders.Encoding, entry.Value);
            else if (entry.Key != GrpcHeaders.Timeout)
                Add(request, entry.Key, MetadataCodec.Encode(entry));
        }
    }

    public static void Add(HttpRequestMessage request, string name, string value) =>
        request.Headers.TryAddWithoutValidation(name, value);
}
