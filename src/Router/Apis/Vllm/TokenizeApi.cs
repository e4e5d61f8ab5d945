using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Vllm;

/// <summary>vLLM's /tokenize and /detokenize: what a text or a conversation is in a base's tokens, as a host of that base sees it.</summary>
internal sealed class TokenizeApi(HostTexts texts, PromptTokens prompts) : IApi
{
    public string Name => "vllm-tokenize";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/tokenize", (HttpContext http) => OpenAiErrors.RunAsync(http, () => TokenizeAsync(http)));
        endpoints.MapPost("/detokenize", (HttpContext http) => OpenAiErrors.RunAsync(http, () => DetokenizeAsync(http)));
    }

    private async Task TokenizeAsync(HttpContext http)
    {
        var (revision, request) = await JsonBody.ReadAsync(http, ReadTokenize);
        var answer = await texts.AskAsync(revision, (client, token) => client.TokenizeAsync(request, cancellationToken: token), http.RequestAborted);
        await http.Response.WriteAsJsonAsync(
            new Tokenized(answer.Tokens.Count, answer.ContextLength, answer.Tokens, request.TokenStrings ? answer.TokenStrings : null), http.RequestAborted);
    }

    private async Task DetokenizeAsync(HttpContext http)
    {
        var (revision, request) = await JsonBody.ReadAsync(http, ReadDetokenize);
        var answer = await texts.AskAsync(revision, (client, token) => client.DetokenizeAsync(request, cancellationToken: token), http.RequestAborted);
        await http.Response.WriteAsJsonAsync(new Detokenized(answer.Text), http.RequestAborted);
    }

    private (string Revision, TokenizeRequest Request) ReadTokenize(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        bool isChat = fields.Get("messages") is not null;
        if (isChat)
        {
            fields.RefuseUnknown("model", "messages", "add_special_tokens", "return_token_strs", "add_generation_prompt", "continue_final_message", "chat_template_kwargs", "tools");
        }
        else
        {
            fields.RefuseUnknown("model", "prompt", "add_special_tokens", "return_token_strs");
        }

        var (name, revision) = prompts.BaseOf(fields.String("model") ?? "");
        var request = new TokenizeRequest { Base = name, TokenStrings = fields.Boolean("return_token_strs") };
        if (fields.Get("add_special_tokens") is not null)
        {
            request.AddSpecialTokens = fields.Boolean("add_special_tokens");
        }

        if (isChat)
        {
            var chat = ToolReader.Onto(new CompletionRequest { Messages = MessageReader.ReadAll(fields), Chat = ChatOptionsReader.Read(fields) }, fields);
            if (RequestLimits.CheckInput(chat) is { } failure)
            {
                throw new RequestFailedException(failure);
            }

            request.Messages = HostRequests.MessagesOf(chat);
            request.Chat = HostRequests.ChatOf(chat);
        }
        else
        {
            request.Prompt = fields.String("prompt") ?? throw JsonFields.Wrong("prompt", "is missing; prompt or messages is needed");
        }

        return (revision, request);
    }

    private (string Revision, DetokenizeRequest Request) ReadDetokenize(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        fields.RefuseUnknown("model", "tokens");
        if (fields.Get("tokens") is null)
        {
            throw JsonFields.Wrong("tokens", "is missing");
        }

        int[] tokens = [.. SamplingReader.Tokens(fields, "tokens")];
        if (tokens.Length > RequestLimits.MostPromptTokens)
        {
            throw JsonFields.Wrong("tokens", $"has {tokens.Length} tokens; at most {RequestLimits.MostPromptTokens} are taken");
        }

        var (name, revision) = prompts.BaseOf(fields.String("model") ?? "");
        return (revision, new DetokenizeRequest { Base = name, Tokens = { tokens } });
    }

#pragma warning disable SA1300, IDE1006 // The wire's names.
    private sealed record Tokenized(int count, int max_model_len, IReadOnlyList<int> tokens, IReadOnlyList<string>? token_strs);

    private sealed record Detokenized(string prompt);
#pragma warning restore SA1300, IDE1006
}
