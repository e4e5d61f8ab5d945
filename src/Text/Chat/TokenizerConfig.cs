using System.Text.Json;
using ExpertCluster.Files;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Chat;

/// <summary>Reads the template and the special tokens of a tokenizer_config.json.</summary>
internal static class TokenizerConfig
{
    /// <summary>Bytes; those in use have two million at most.</summary>
    private const int LargestFile = 16 << 20;

    /// <summary>Bytes of a template's own file: more characters than a template can have.</summary>
    private const int LargestTemplateFile = 4 << 20;

    private const int Depth = 64;
    private const string DefaultName = "default";

    private static readonly string[] TokenNames =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static ChatTemplate? Read(string path)
    {
        using var document = Parse(path);
        if (JsonStrings.FindWrong(document.RootElement) is { } place)
        {
            throw Refuse(path, place, JsonStrings.Problem, null);
        }

        var config = new JsonField(document.RootElement, "", new JsonSource(path, Refuse));
        string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", "chat_template.jinja");
        string? source = Path.Exists(beside) ? ReadTemplate(beside) : Source(config["chat_template"]);
        return source is null ? null : ChatTemplate.Parse(source, Tokens(config));
    }

    private static string ReadTemplate(string path)
    {
        try
        {
            return RegularFile.ReadAllText(path, LargestTemplateFile);
        }
        catch (FileRefusedException refused)
        {
            throw new ChatTemplateException(refused.Message, inner: refused);
        }
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(RegularFile.ReadAllBytes(path, LargestFile), new JsonDocumentOptions { MaxDepth = Depth });
        }
        catch (JsonException malformed)
        {
            throw new ChatTemplateException($"{path} is malformed: {malformed.Message}", inner: malformed);
        }
        catch (FileRefusedException refused)
        {
            throw new ChatTemplateException(refused.Message, inner: refused);
        }
    }

    /// <summary>One template, or the one named "default" of several.</summary>
    private static string? Source(JsonField field)
    {
        if (field.IsNull)
        {
            return null;
        }

        if (field.Kind != JsonValueKind.Array)
        {
            return field.String();
        }

        foreach (var entry in field.Items())
        {
            var (name, template) = (entry["name"], entry["template"]);
            if (!name.IsNull && name.String() == DefaultName && template.Kind != JsonValueKind.Undefined)
            {
                return template.IsNull ? null : template.String();
            }
        }

        throw field.Error($"has no entry named \"{DefaultName}\"");
    }

    private static Dictionary<string, string> Tokens(JsonField config)
    {
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        foreach (string name in TokenNames)
        {
            var field = config[name];
            if (!field.IsNull)
            {
                // Either the text itself or an object that describes the token.
                tokens[name] = field.Kind == JsonValueKind.Object ? field["content"].String() : field.String();
            }
        }

        return tokens;
    }

    private static ChatTemplateException Refuse(string file, string place, string problem, Exception? inner) =>
        new(place.Length == 0 ? $"{file} {problem}" : $"{file}: {place} {problem}", inner: inner);
}
