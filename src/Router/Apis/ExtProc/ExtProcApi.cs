using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>Envoy's external processing: any gateway that speaks it asks the gate who should answer, and sends the request to other people's servers by that.</summary>
internal sealed class ExtProcApi(RouterOptions options) : IApi
{
    /// <summary>What stands around a body of the largest size in a gateway's message: headers, their names and attributes.</summary>
    private const int Around = 64 << 10;

    public string Name => "ext-proc";

    /// <summary>Takes messages a little longer than others do, so that a body over the limit is told from one within.</summary>
    public static void AddLimits(IServiceCollection services, RouterOptions options) =>
        services.AddGrpc().AddServiceOptions<ExternalProcessorService>(grpc => grpc.MaxReceiveMessageSize = options.MaxRequestBytes + Around);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        if (options.ExtProc)
        {
            endpoints.MapGrpcService<ExternalProcessorService>();
        }
    }
}
