namespace Grpc.AspNetCore.Server;

/// <summary>What AddGrpc gives, for extensions.</summary>
public interface IGrpcServerBuilder
{
    IServiceCollection Services { get; }
}
