using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>How a call ended. Only a status that the server gave has trailers.</summary>
internal sealed record Outcome(Status Status, Metadata? Trailers = null)
{
    /// <summary>The usual end.</summary>
    public static readonly Outcome Ok = new(new Status(StatusCode.OK, ""), Metadata.Empty);

    public RpcException ToException() => new(Status, Trailers ?? Metadata.Empty);
}
