namespace ExpertCluster.Router.Apis.Responses;

/// <summary>OpenAI's /v1/responses. Nothing is stored: a response is answered once.</summary>
internal sealed class ResponsesApi(ResponsesEndpoint responses) : IApi
{
    public string Name => "responses";

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/v1/responses", responses.HandleAsync);
}
