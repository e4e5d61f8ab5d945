using System.Text.Json;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat;

/// <summary>Reads the template and the special tokens of a tokenizer_config.json.</summary>
internal static class TokenizerConfig
{
    private const long LargestFile = 64L << 20;
    private const string DefaultName = "default";

    private static readonly string[] TokenNames =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static ChatTemplate? Read(string path)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            throw new ChatTemplateException($"{path} is larger than {LargestFile} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", "chat_template.jinja");
            string? source = File.Exists(beside) ? File.ReadAllText(beside) : Source(document.RootElement, path);
            return source is null ? null : ChatTemplate.Parse(source, Tokens(document.RootElement, path));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a value of another kind than asked for, or text that is not Unicode.
            throw new ChatTemplateException($"{path} is malformed: {malformed.Message}", inner: malformed);
        }
    }

    /// <summary>One template, or the one named "default" of several.</summary>
    private static string? Source(JsonElement config, string path)
    {
        if (!config.TryGetProperty("chat_template", out var field) || field.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (field.ValueKind != JsonValueKind.Array)
        {
            return field.GetString();
        }

        foreach (var entry in field.EnumerateArray())
        {
            if (entry.TryGetProperty("name", out var name) && name.GetString() == DefaultName
                && entry.TryGetProperty("template", out var template))
            {
                return template.GetString();
            }
        }

        throw new ChatTemplateException($"{path}: chat_template has no entry named \"{DefaultName}\"");
    }

    private static Dictionary<string, string> Tokens(JsonElement config, string path)
    {
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        foreach (string name in TokenNames)
        {
            if (!config.TryGetProperty(name, out var field) || field.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            // Either the text itself or an object that describes the token.
            var text = field.ValueKind == JsonValueKind.Object && field.TryGetProperty("content", out var content) ? content : field;
            tokens[name] = text.GetString() ?? throw new ChatTemplateException($"{path}: {name} must be a string");
        }

        return tokens;
    }
}
