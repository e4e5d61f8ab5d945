using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads the tools of a chat, and whether they have to be called.</summary>
internal static class ToolReader
{
    private const string Choice = "tool_choice";

    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static CompletionRequest Onto(CompletionRequest request, JsonFields fields)
    {
        using var list = new ToolList();
        ReadAll(fields.Array("tools"), list);
        bool isParallel = fields.Get("parallel_tool_calls") is null || fields.Boolean("parallel_tool_calls");
        return list.Onto(request, ReadChoice(fields, isNested: true) with { Parallel = isParallel }, Choice);
    }

    /// <summary>Tools as chat has them: {"type": "function", "function": {...}}.</summary>
    public static void ReadAll(IEnumerable<JsonElement> elements, ToolList list)
    {
        int i = 0;
        foreach (var element in elements)
        {
            string at = $"tools[{i++}]";
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw JsonFields.Wrong(at, "must be an object");
            }

            var tool = new JsonFields(element, at + ".");
            tool.RefuseUnknown("type", "function");
            if (tool.String("type") is not "function")
            {
                throw JsonFields.Wrong(at + ".type", "must be function");
            }

            var function = tool.Object("function") ?? throw JsonFields.Wrong(at + ".function", "is missing");
            function.RefuseUnknown("name", "description", "parameters", "strict");

            // Arguments are held to the schema where a call has to come, strict or not; elsewhere nothing could be promised.
            _ = function.Boolean("strict");
            list.Add(at + ".function", function.String("name"), function.String("description"), function.Get("parameters"));
        }
    }

    /// <param name="fields">Of the body.</param>
    /// <param name="isNested">Whether a function's name stands below `function`, as chat has it.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the field.</exception>
    public static ToolWish ReadChoice(JsonFields fields, bool isNested)
    {
        if (fields.Get(Choice) is not { ValueKind: JsonValueKind.Object })
        {
            return fields.String(Choice) switch
            {
                null or "auto" => ToolWish.None,
                "none" => new ToolWish { Choice = ToolChoice.None },
                "required" => new ToolWish { Choice = ToolChoice.Required },
                _ => throw JsonFields.Wrong(Choice, "must be none, auto, required, or an object that names a function"),
            };
        }

        var choice = fields.Object(Choice)!.Value;
        choice.RefuseUnknown("type", isNested ? "function" : "name");
        if (choice.String("type") is not "function")
        {
            throw JsonFields.Wrong($"{Choice}.type", "must be function");
        }

        return new ToolWish { Choice = ToolChoice.Named, Named = isNested ? ReadNested(choice) : choice.String("name") ?? throw JsonFields.Wrong($"{Choice}.name", "is missing") };
    }

    private static string ReadNested(JsonFields choice)
    {
        var function = choice.Object("function") ?? throw JsonFields.Wrong($"{Choice}.function", "is missing");
        function.RefuseUnknown("name");
        return function.String("name") ?? throw JsonFields.Wrong($"{Choice}.function.name", "is missing");
    }
}
