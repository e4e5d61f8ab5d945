using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Answers /v1/messages/count_tokens: how many tokens a conversation has, as a host of the model's base renders it.</summary>
internal sealed class CountTokensEndpoint(PromptTokens prompts)
{
    public Task HandleAsync(HttpContext http) => AnswerCalls.RunAsync(
        http,
        async () =>
        {
            var request = await JsonBody.ReadAsync(http, MessagesReader.ReadCounted);
            if (RequestLimits.CheckInput(request) is { } failure)
            {
                throw new RequestFailedException(failure);
            }

            var answer = await prompts.OfAsync(request, http.RequestAborted);
            await http.Response.WriteAsJsonAsync(new Counted(answer.Tokens.Count), http.RequestAborted);
        },
        failure => AnthropicErrors.WriteAsync(http.Response, failure));

#pragma warning disable SA1300, IDE1006 // The wire's names.
    private sealed record Counted(int input_tokens);
#pragma warning restore SA1300, IDE1006
}
