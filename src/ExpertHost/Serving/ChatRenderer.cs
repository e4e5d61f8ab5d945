using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From a conversation to its prompt.</summary>
internal static class ChatRenderer
{
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT, naming the field.</exception>
    public static string Render(ChatTemplate template, Messages messages, ChatOptions? options, TextLimits limits, CancellationToken cancellation)
    {
        if (messages.Messages_.Count == 0)
        {
            throw Invalid("messages is empty");
        }

        try
        {
            if (options is { Tools.Length: > 0 } && !template.Reads("tools"))
            {
                throw Invalid("tools is given, and the base's chat template knows nothing of tools; ask without, or with tool_choice none");
            }

            return template.Render(
                [.. messages.Messages_.Select((m, i) => new ChatMessage(m.Role, m.Content) { Fields = Read($"messages[{i}]", m.Fields, ChatValues.ReadObject) ?? ChatMessage.NoFields })],
                options is null ? RenderOptions.Default : Read(options),
                limits,
                cancellation);
        }
        catch (ChatTemplateException error)
        {
            throw Invalid($"messages: {error.Message}");
        }
    }

    private static RenderOptions Read(ChatOptions options) => new()
    {
        AddGenerationPrompt = options.HasAddGenerationPrompt ? options.AddGenerationPrompt : !options.ContinueFinalMessage,
        ContinueFinalMessage = options.ContinueFinalMessage,
        Variables = Read("chat_template_kwargs", options.TemplateKwargs, ChatValues.ReadObject) ?? RenderOptions.Default.Variables,
        Documents = Read("documents", options.Documents, ChatValues.ReadArray),
        Tools = Read("tools", options.Tools, ChatValues.ReadArray),
    };

    private static T? Read<T>(string field, string json, Func<string, T> read)
        where T : class
    {
        try
        {
            return json.Length == 0 ? null : read(json);
        }
        catch (ChatTemplateException error)
        {
            throw Invalid($"{field} {error.Message}");
        }
    }

    private static RequestRefusedException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
