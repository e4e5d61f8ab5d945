using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client.Calls;

/// <summary>A call's request. It knows its way, for the handler that opens the connection.</summary>
internal sealed class GrpcRequest(Uri uri, SubchannelConnection? connection) : HttpRequestMessage(HttpMethod.Post, uri)
{
    public SubchannelConnection? Connection { get; } = connection;
}
