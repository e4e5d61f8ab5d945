namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Anthropic's HTTP API: messages, and what they are in tokens.</summary>
internal sealed class AnthropicApi(MessagesEndpoint messages, CountTokensEndpoint count) : IApi
{
    public string Name => "anthropic";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/messages", messages.HandleAsync);
        endpoints.MapPost("/v1/messages/count_tokens", count.HandleAsync);
    }
}
