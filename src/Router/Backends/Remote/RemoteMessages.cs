using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>From a request to a conversation of Microsoft.Extensions.AI. A prompt is what a user says: the endpoint has a chat API alone.</summary>
internal static class RemoteMessages
{
    /// <exception cref="RequestFailedException">InvalidArgument: a schema, which nobody has read before, is none.</exception>
    public static RemoteQuestion Of(CompletionRequest request)
    {
        try
        {
            return new RemoteQuestion(TurnsOf(request), OptionsOf(request));
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            string field = request.Tools.IsOpen ? "tools" : request.Structure?.Field ?? "messages";
            throw new RequestFailedException(Failure.Invalid(field, $"{field} has a schema that is no JSON"));
        }
    }

    private static List<ChatMessage> TurnsOf(CompletionRequest request) =>
        request.Messages is { } messages ? [.. messages.Select(Of)] : [new ChatMessage(ChatRole.User, request.Prompt)];

    private static ChatOptions OptionsOf(CompletionRequest request)
    {
        var sampling = request.Sampling;
        ChatOptions options = new()
        {
            MaxOutputTokens = sampling.MaxTokens ?? Sampling.UsualTokens,
            Temperature = sampling.Temperature,
            TopP = sampling.TopP,
            PresencePenalty = sampling.PresencePenalty,
            FrequencyPenalty = sampling.FrequencyPenalty,
            StopSequences = sampling.Stop.Count > 0 ? [.. sampling.Stop] : null,
            Seed = (long?)(sampling.Seed & long.MaxValue),
        };
        if (sampling.TopLogprobs is int top)
        {
            options.RawRepresentationFactory = _ => new OpenAI.Chat.ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = top };
        }

        if (request.Tools.IsOpen)
        {
            AddTools(options, request);
        }
        else if (request.Structure is { } structure)
        {
            options.ResponseFormat = structure.Kind == StructuredOutputKind.JsonSchema
                ? ChatResponseFormat.ForJsonSchema(Json(structure.Source), "answer")
                : ChatResponseFormat.Json;
        }

        return options;
    }

    private static void AddTools(ChatOptions options, CompletionRequest request)
    {
        var descriptions = DescriptionsOf(request.Chat.Tools);
        var tools = request.Tools;
        options.Tools = [.. tools.Tools.Select(t => AIFunctionFactory.CreateDeclaration(
            t.Name, descriptions.GetValueOrDefault(t.Name), Json(t.Parameters.Length > 0 ? t.Parameters : """{"type":"object","properties":{}}""")))];
        options.AllowMultipleToolCalls = tools.Parallel;
        options.ToolMode = tools.Choice switch
        {
            ToolChoice.Required => ChatToolMode.RequireAny,
            ToolChoice.Named => ChatToolMode.RequireSpecific(tools.Named),
            _ => ChatToolMode.Auto,
        };
    }

    private static Dictionary<string, string> DescriptionsOf(string tools)
    {
        Dictionary<string, string> descriptions = new(StringComparer.Ordinal);
        if (tools.Length > 0)
        {
            foreach (var tool in Json(tools).EnumerateArray())
            {
                if (tool.TryGetProperty("function", out var function) && function.TryGetProperty("name", out var name)
                    && function.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String)
                {
                    descriptions.TryAdd(name.GetString() ?? "", description.GetString()!);
                }
            }
        }

        return descriptions;
    }

    private static ChatMessage Of(Contracts.Completions.ChatMessage turn)
    {
        var fields = turn.Fields.Length > 0 ? Json(turn.Fields) : default;
        if (turn.Role == Contracts.Completions.ChatMessage.Tool)
        {
            return new ChatMessage(ChatRole.Tool, [new FunctionResultContent(TextOf(fields, "tool_call_id") ?? "", turn.Content)]);
        }

        var message = new ChatMessage(new ChatRole(turn.Role), turn.Content) { AuthorName = TextOf(fields, "name") };
        if (fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty("tool_calls", out var calls))
        {
            foreach (var call in calls.EnumerateArray())
            {
                message.Contents.Add(CallOf(call));
            }
        }

        return message;
    }

    private static FunctionCallContent CallOf(JsonElement call)
    {
        var function = call.GetProperty("function");
        var arguments = function.TryGetProperty("arguments", out var given) && given.ValueKind == JsonValueKind.Object
            ? given.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.Ordinal)
            : null;
        return new FunctionCallContent(TextOf(call, "id") ?? "", function.GetProperty("name").GetString()!, arguments);
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What the edges wrote, or checked.</summary>
    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
