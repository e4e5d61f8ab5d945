using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Reads the bodies of /v1/messages and of its count of tokens, by the table of <see cref="MessagesFields"/>.</summary>
internal static class MessagesReader
{
    private const string Choice = "tool_choice";

    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static MessagesRequest Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        MessagesFields.Table.Check(body);
        var extension = fields.Object(ExpertClusterExtension.Key);
        var request = ReadPrompt(fields) with
        {
            Sampling = new Sampling
            {
                MaxTokens = fields.Integer("max_tokens") ?? throw JsonFields.Wrong("max_tokens", "is missing"),
                Temperature = fields.Number("temperature") ?? 1,
                TopP = fields.Number("top_p") ?? 1,
                TopK = fields.Integer("top_k"),
                Stop = [.. fields.Array("stop_sequences").Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw JsonFields.Wrong("stop_sequences", "must be an array of strings"))],
                Extra = extension is { } own ? ExpertClusterExtension.ReadSampling(own) : Sampling.Default.Extra,
            },
            Structure = ReadFormat(fields),
            Merge = extension is { } wish ? ExpertClusterExtension.Read(wish) : MergeWish.None,
            Routing = extension is { } bounds ? ExpertClusterExtension.ReadRouting(bounds) : RoutingWish.None,
        };
        return new MessagesRequest(request, fields.Boolean("stream"));
    }

    private static StructuredOutput? ReadFormat(JsonFields fields)
    {
        if (fields.Object("output_config") is not { } config)
        {
            return null;
        }

        config.RefuseUnknown("format");
        return config.Object("format") is { } format ? StructureReader.ReadFlat(format, "output_config.format", "output_config") : null;
    }

    /// <summary>The prompt alone.</summary>
    /// <inheritdoc cref="Read"/>
    public static CompletionRequest ReadCounted(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        MessagesFields.Counted.Check(body);
        return ReadPrompt(fields);
    }

    private static CompletionRequest ReadPrompt(JsonFields fields)
    {
        var messages = TurnReader.ReadAll(fields);
        var request = new CompletionRequest
        {
            Model = fields.String("model") ?? "",
            Messages = messages,

            // A last turn of the assistant's is the beginning of the answer.
            Chat = messages[^1].Role == ChatMessage.Assistant ? ChatOptions.Default with { ContinueFinalMessage = true } : ChatOptions.Default,
        };
        using var list = new ToolList();
        ReadTools(fields, list);
        return list.Onto(request, ReadChoice(fields), Choice);
    }

    private static void ReadTools(JsonFields fields, ToolList list)
    {
        int i = 0;
        foreach (var element in fields.Array("tools"))
        {
            string at = $"tools[{i++}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw JsonFields.Wrong(at, "must be an object");
            }

            var tool = new JsonFields(element, at + ".");
            if (tool.String("type") is not (null or "custom"))
            {
                throw JsonFields.Wrong(at + ".type", "must be custom: tools that run at a server aren't here");
            }

            tool.RefuseUnknown("type", "name", "description", "input_schema", "cache_control", "strict", "eager_input_streaming");
            list.Add(at, tool.String("name"), tool.String("description"), tool.Get("input_schema"), "input_schema");
        }
    }

    private static ToolWish ReadChoice(JsonFields fields)
    {
        if (fields.Object(Choice) is not { } choice)
        {
            return ToolWish.None;
        }

        choice.RefuseUnknown("type", "name", "disable_parallel_tool_use");
        var wish = choice.String("type") switch
        {
            "auto" => ToolWish.None,
            "none" => new ToolWish { Choice = ToolChoice.None },
            "any" => new ToolWish { Choice = ToolChoice.Required },
            "tool" => new ToolWish { Choice = ToolChoice.Named, Named = choice.String("name") ?? throw JsonFields.Wrong($"{Choice}.name", "is missing") },
            _ => throw JsonFields.Wrong($"{Choice}.type", "must be auto, any, tool or none"),
        };
        return wish with { Parallel = !choice.Boolean("disable_parallel_tool_use") };
    }
}
