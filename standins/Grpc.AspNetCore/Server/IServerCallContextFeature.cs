using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>From the request to the call that it carries.</summary>
public interface IServerCallContextFeature
{
    ServerCallContext ServerCallContext { get; }
}
