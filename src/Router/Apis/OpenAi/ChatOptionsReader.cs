using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Reads how a conversation is rendered: vLLM's fields.</summary>
internal static class ChatOptionsReader
{
    private const string Arguments = "chat_template_kwargs";

    /// <summary>What a template gets of other fields.</summary>
    private static readonly string[] Reserved = ["messages", "tools", "documents", "add_generation_prompt", "continue_final_message", "chat_template"];

    public static ChatOptions Read(JsonFields fields)
    {
        bool? add = fields.Get("add_generation_prompt") is null ? null : fields.Boolean("add_generation_prompt");
        bool goesOn = fields.Boolean("continue_final_message");
        if (goesOn && add == true)
        {
            throw JsonFields.Wrong("continue_final_message", "stands beside add_generation_prompt true; one of the two is taken");
        }

        if (fields.Object(Arguments) is { } given && given.Names.FirstOrDefault(Reserved.Contains) is { } taken)
        {
            throw JsonFields.Wrong($"{Arguments}.{taken}", "is not taken there: the template gets it of the request's own fields");
        }

        foreach (var document in fields.Array("documents"))
        {
            if (document.ValueKind != JsonValueKind.Object)
            {
                throw JsonFields.Wrong("documents", "must be an array of objects");
            }
        }

        return new ChatOptions
        {
            AddGenerationPrompt = add,
            ContinueFinalMessage = goesOn,
            TemplateArguments = Raw(fields, Arguments),
            Documents = Raw(fields, "documents"),
        };
    }

    /// <summary>Empty for what says nothing, so that it is no other request than one without.</summary>
    private static string Raw(JsonFields fields, string name) => fields.Get(name) is not { } value ? ""
        : value.ValueKind == JsonValueKind.Object ? (value.EnumerateObject().Any() ? value.GetRawText() : "")
        : value.GetArrayLength() > 0 ? value.GetRawText() : "";
}
