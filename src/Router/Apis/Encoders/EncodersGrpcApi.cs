namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>expertcluster.v1.Encoders.</summary>
internal sealed class EncodersGrpcApi : IApi
{
    public string Name => "grpc-encoders";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<EncodersService>();
    }
}
