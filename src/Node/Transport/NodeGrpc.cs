using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Node.Transport;

/// <summary>The gRPC server of a process, alike on router and host: what a message may cost.</summary>
public static class NodeGrpc
{
    /// <summary>The longest message that a client may send, and a host may answer, on the wire and unpacked: gRPC's own default.</summary>
    public const int MessageBytes = 4 << 20;

    /// <summary>
    /// The longest message to a host: whatever a router took, and beside it the plan, and the tokens that a stream which moves had already.
    /// </summary>
    public const int HostMessageBytes = MessageBytes + (1 << 20);

    /// <summary>What stands before a message on the wire: a flag and a length. A request's body is longer than its message by this.</summary>
    public const int PrefixBytes = 5;

    /// <param name="services">Where the server goes.</param>
    /// <param name="mostBytes">The longest message, on the wire and unpacked.</param>
    public static IServiceCollection AddNodeGrpc(this IServiceCollection services, int mostBytes)
    {
        services.AddGrpc();

        // After every other set-up: the package's adds gzip and deflate without a bound where it finds none.
        return services.PostConfigure<GrpcServiceOptions>(grpc =>
        {
            grpc.MaxReceiveMessageSize = mostBytes;
            grpc.EnableDetailedErrors = false;
            grpc.CompressionProviders.Clear();
            foreach (var compression in BoundedCompression.All(mostBytes))
            {
                grpc.CompressionProviders.Add(compression);
            }
        });
    }
}
