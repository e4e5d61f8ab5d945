namespace ExpertCluster.Router.Apis.Streams;

/// <summary>Held streams by their ids, at the paths of llama.cpp.</summary>
internal sealed class StreamsApi(StreamEndpoints streams) : IApi
{
    public const string Path = "/v1/stream/{id}";

    public string Name => "streams";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, (HttpContext http, string id) => streams.GetAsync(http, id));
        endpoints.MapDelete(Path, (HttpContext http, string id) => streams.DeleteAsync(http, id));
    }
}
