using System.Globalization;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From a conversation to its prompt.</summary>
internal static class ChatRenderer
{
    /// <summary>Of chat_template_kwargs: the time that the function of this name tells.</summary>
    private const string Clock = "strftime_now";

    /// <summary>The end of the year 9999.</summary>
    private const long LatestClock = 253402300799;

    /// <param name="template">Of the base.</param>
    /// <param name="messages">Of the request.</param>
    /// <param name="options">Of the request; null: none.</param>
    /// <param name="now">What the template is told where the request has no clock of its own.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancellation">Of the request.</param>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT, naming the field.</exception>
    public static string Render(ChatTemplate template, Messages messages, ChatOptions? options, DateTimeOffset now, TextLimits limits, CancellationToken cancellation)
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
                options is null ? RenderOptions.Default with { Now = now } : Read(options, now),
                limits,
                cancellation);
        }
        catch (ChatTemplateException error)
        {
            throw Invalid($"messages: {error.Message}");
        }
    }

    private static RenderOptions Read(ChatOptions options, DateTimeOffset now)
    {
        var variables = Read("chat_template_kwargs", options.TemplateKwargs, ChatValues.ReadObject) ?? RenderOptions.Default.Variables;
        return new()
        {
            AddGenerationPrompt = options.HasAddGenerationPrompt ? options.AddGenerationPrompt : !options.ContinueFinalMessage,
            ContinueFinalMessage = options.ContinueFinalMessage,
            Variables = variables,
            Documents = Read("documents", options.Documents, ChatValues.ReadArray),
            Tools = Read("tools", options.Tools, ChatValues.ReadArray),
            Now = variables.TryGetValue(Clock, out object? clock) ? ReadClock(clock) : now,
        };
    }

    /// <summary>ISO 8601, or seconds since 1970. As written: strftime_now of transformers tells the time of the place, too.</summary>
    private static DateTimeOffset ReadClock(object? clock) => clock switch
    {
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        long seconds and >= 0 and <= LatestClock => DateTimeOffset.FromUnixTimeSeconds(seconds),
        _ => throw Invalid($"chat_template_kwargs.{Clock} must be a date and time, as in 2026-11-29T12:00:00Z, or seconds since 1970 up to {LatestClock}"),
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
