namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>expertcluster.v1.Completions.</summary>
internal sealed class GrpcApi : IApi
{
    public string Name => "grpc";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<CompletionsService>();
    }
}
