using System.Text.Json;
using ExpertCluster.Files;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Chat;

/// <summary>Finds the template of a tokenizer's folder.</summary>
internal static class TokenizerConfig
{
    /// <summary>Bytes of a template's own file: more characters than a template can have.</summary>
    private const int LargestTemplateFile = 4 << 20;

    private const string TemplateFile = "chat_template.jinja";
    private const string DefaultName = "default";

    /// <param name="path">Of a tokenizer_config.json.</param>
    public static ChatTemplate? Read(string path)
    {
        using var document = SpecialTokens.Parse(path, SpecialTokens.ReadBytes(path));
        var config = SpecialTokens.Fields(document, path);
        string folder = Path.GetDirectoryName(path) ?? "";
        string beside = Path.Combine(folder, TemplateFile);
        string? source = Path.Exists(beside) ? ReadTemplate(beside) : Source(config["chat_template"]);
        return source is null ? null : ChatTemplate.Parse(source, SpecialTokens.ReadFrom(folder));
    }

    /// <summary>What an adapter's folder has of its own: its tokens go before those of the base, which has the others.</summary>
    /// <param name="folder">The adapter's.</param>
    /// <param name="baseFolder">That of the base's tokenizer.</param>
    /// <returns>Null where it has no template.</returns>
    public static ChatTemplate? ReadOwn(string folder, string baseFolder)
    {
        string beside = Path.Combine(folder, TemplateFile);
        string? source = Path.Exists(beside) ? ReadTemplate(beside) : OfConfig(Path.Combine(folder, SpecialTokens.ConfigFile));
        if (source is null)
        {
            return null;
        }

        Dictionary<string, string> tokens = new(SpecialTokens.ReadFrom(baseFolder), StringComparer.Ordinal);
        foreach (var (name, token) in SpecialTokens.ReadFrom(folder))
        {
            tokens[name] = token;
        }

        return ChatTemplate.Parse(source, tokens);
    }

    private static string? OfConfig(string path)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        using var document = SpecialTokens.Parse(path, SpecialTokens.ReadBytes(path));
        return Source(SpecialTokens.Fields(document, path)["chat_template"]);
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
}
