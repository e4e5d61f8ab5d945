namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>OpenAI's HTTP API: completions, chat, models; and feedback beside them.</summary>
internal sealed class OpenAiApi(CompletionEndpoint completions, ModelEndpoints models, FeedbackEndpoint feedback) : IApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public string Name => "openai";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/completions", (HttpContext http) => completions.HandleAsync(http, isChat: false));
        endpoints.MapPost("/v1/chat/completions", (HttpContext http) => completions.HandleAsync(http, isChat: true));
        endpoints.MapMethods("/v1/models", Reading, models.List);
        endpoints.MapMethods("/v1/models/{id}", Reading, (HttpContext http, string id) => models.GetAsync(http, id));
        endpoints.MapPost("/v1/feedback", feedback.HandleAsync);
    }
}
