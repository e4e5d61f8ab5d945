namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>OpenAI's HTTP API: completions, chat, models; and feedback beside them.</summary>
internal sealed class OpenAiApi(CompletionEndpoint completions, ModelEndpoints models, FeedbackEndpoint feedback) : IApi
{
    public string Name => "openai";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/completions", (HttpContext http) => completions.HandleAsync(http, isChat: false));
        endpoints.MapPost("/v1/chat/completions", (HttpContext http) => completions.HandleAsync(http, isChat: true));
        endpoints.MapGet("/v1/models", models.List);
        endpoints.MapGet("/v1/models/{id}", (HttpContext http, string id) => models.GetAsync(http, id));
        endpoints.MapPost("/v1/feedback", feedback.HandleAsync);
    }
}
