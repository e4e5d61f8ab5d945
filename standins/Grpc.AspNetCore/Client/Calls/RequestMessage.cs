using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>Makes the HTTP request of a call.</summary>
internal static class RequestMessage
{
    private const string UserAgent = "grpc-dotnet/2.85.0";

    public static HttpRequestMessage Create(GrpcChannel channel, IMethod method, string? host, in CallOptions options, TimeSpan? timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, channel.UriOf(method))
        {
            Version = channel.HttpVersion,
            VersionPolicy = channel.VersionPolicy,
        };
        if (host is not null)
            request.Headers.Host = host;
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

    private static void Add(HttpRequestMessage request, string name, string value) =>
        request.Headers.TryAddWithoutValidation(name, value);
}
