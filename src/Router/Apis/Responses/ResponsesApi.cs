namespace ExpertCluster.Router.Apis.Responses;

/// <summary>OpenAI's /v1/responses. Responses in the background are kept for some minutes; nothing else is stored.</summary>
internal sealed class ResponsesApi(ResponsesEndpoint responses, KeptResponses kept) : IApi
{
    private const string One = "/v1/responses/{id}";

    public string Name => "responses";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/responses", responses.HandleAsync);
        endpoints.MapGet(One, (HttpContext http, string id) => kept.GetAsync(http, id));
        endpoints.MapDelete(One, (HttpContext http, string id) => kept.DeleteAsync(http, id));
        endpoints.MapPost(One + "/cancel", (HttpContext http, string id) => kept.CancelAsync(http, id));
    }
}
