using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Reads the bodies of /v1/responses, by the table of <see cref="ResponsesFields"/>.</summary>
internal static class ResponsesReader
{
    private const string Choice = "tool_choice";

    /// <summary>With what stands where the request has none.</summary>
    private static readonly (string Name, string Default)[] Echoed = [("tools", "[]"), (Choice, "\"auto\""), ("metadata", "{}"), ("text", """{"format":{"type":"text"}}""")];

    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static ResponsesRequest Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        ResponsesFields.Table.Check(body);
        var extension = fields.Object(ExpertClusterExtension.Key);
        string? instructions = fields.String("instructions");
        var request = new CompletionRequest
        {
            Model = fields.String("model") ?? "",
            Messages = InputReader.ReadAll(fields, instructions),
            Structure = ReadFormat(fields),
            Sampling = new Sampling
            {
                MaxTokens = fields.Integer("max_output_tokens"),
                Temperature = fields.Number("temperature") ?? 1,
                TopP = fields.Number("top_p") ?? 1,
                Extra = extension is { } own ? ExpertClusterExtension.ReadSampling(own) : Sampling.Default.Extra,
            },
            Merge = extension is { } wish ? ExpertClusterExtension.Read(wish) : MergeWish.None,
            Routing = extension is { } bounds ? ExpertClusterExtension.ReadRouting(bounds) : RoutingWish.None,
        };
        using var list = new ToolList();
        ReadTools(fields, list);
        var tools = ToolReader.ReadChoice(fields, isNested: false) with { Parallel = fields.Get("parallel_tool_calls") is null || fields.Boolean("parallel_tool_calls") };
        return new ResponsesRequest(list.Onto(request, tools, Choice), fields.Boolean("stream"))
        {
            Background = ReadBackground(fields),
            Instructions = instructions,
            Echo = Echoed.ToDictionary(e => e.Name, e => fields.Get(e.Name)?.GetRawText() ?? e.Default, StringComparer.Ordinal),
        };
    }

    private static bool ReadBackground(JsonFields fields)
    {
        bool isStored = fields.Get("store") is null || fields.Boolean("store");
        return fields.Boolean("background") && (isStored ? true : throw JsonFields.Wrong("store", "is false beside background: such a response is kept, to be asked for"));
    }

    private static StructuredOutput? ReadFormat(JsonFields fields)
    {
        if (fields.Object("text") is not { } text)
        {
            return null;
        }

        text.RefuseUnknown("format", "verbosity");
        if (text.String("verbosity") is not (null or "medium"))
        {
            throw JsonFields.Wrong("text.verbosity", "is not supported: no expert knows of it");
        }

        return text.Object("format") is { } format ? StructureReader.ReadFlat(format, "text.format", "text.format") : null;
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
            if (tool.String("type") is not "function")
            {
                throw JsonFields.Wrong(at + ".type", "must be function: tools that run at a server aren't here");
            }

            tool.RefuseUnknown("type", "name", "description", "parameters", "strict");
            _ = tool.Boolean("strict");
            list.Add(at, tool.String("name"), tool.String("description"), tool.Get("parameters"));
        }
    }
}
