using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>From the wire's tools, which are JSON as chat's are over HTTP, to ours.</summary>
internal static class WireTools
{
    private const string Choice = "tool_choice";

    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public static CompletionRequest Onto(CompletionRequest request, CompleteRequest message)
    {
        using var list = new ToolList();
        if (request.Chat.Tools.Length > 0)
        {
            Read(request.Chat.Tools, list);
        }

        var wish = new ToolWish
        {
            Choice = message.ToolChoice switch
            {
                "" or "auto" => ToolChoice.Auto,
                "none" => ToolChoice.None,
                "required" => ToolChoice.Required,
                "named" => ToolChoice.Named,
                _ => throw JsonFields.Wrong(Choice, "must be auto, none, required or named"),
            },
            Named = message.ToolName,
            Parallel = !message.HasParallelToolCalls || message.ParallelToolCalls,
        };
        return list.Onto(request with { Chat = request.Chat with { Tools = "" } }, wish, Choice);
    }

    private static void Read(string json, ToolList list)
    {
        if (json.Length > ToolList.MostBytes)
        {
            throw JsonFields.Wrong("tools", $"has {json.Length} characters; at most {ToolList.MostBytes} are taken");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw JsonFields.Wrong("tools", "must be a JSON array");
            }

            ToolReader.ReadAll(document.RootElement.EnumerateArray(), list);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw JsonFields.Wrong("tools", "is not valid JSON");
        }
    }
}
