using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExpertCluster.V1;
using Microsoft.Extensions.AI;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client;

/// <summary>Writes tools, which the wire has as the JSON of OpenAI's API, and whether they are called.</summary>
internal static class ToolWriter
{
    /// <summary>Texts go out as they are: models read them.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ExpertClusterException">A tool is no function, or the mode is unknown.</exception>
    public static void Write(CompleteRequest request, ChatOptions options)
    {
        if (options.Tools is { Count: > 0 } tools)
        {
            request.Chat.Tools = Json(tools);
        }

        if (options.AllowMultipleToolCalls is { } several)
        {
            request.ParallelToolCalls = several;
        }

        switch (options.ToolMode)
        {
            case null or AutoChatToolMode:
                break;
            case NoneChatToolMode:
                request.ToolChoice = "none";
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                (request.ToolChoice, request.ToolName) = ("named", name);
                break;
            case RequiredChatToolMode:
                request.ToolChoice = "required";
                break;
            default:
                throw ExpertClusterException.Refused(nameof(options.ToolMode), $"is a {options.ToolMode.GetType().Name}; it must be auto, none or required");
        }
    }

    private static string Json(IList<AITool> tools)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartArray();
            for (int i = 0; i < tools.Count; i++)
            {
                Write(json, tools[i] as AIFunctionDeclaration
                    ?? throw ExpertClusterException.Refused($"Tools[{i}]", $"is a {tools[i]?.GetType().Name ?? "null"}; only functions can be called"));
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, AIFunctionDeclaration function)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", function.Name);
        if (function.Description.Length > 0)
        {
            json.WriteString("description", function.Description);
        }

        if (function.JsonSchema.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("parameters");
            function.JsonSchema.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
