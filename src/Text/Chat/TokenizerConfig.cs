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

    /// <param name="files">Of its folder.</param>
    /// <param name="config">What its tokenizer_config.json is called.</param>
    public static ChatTemplate? Read(INamedFiles files, string config)
    {
        string path = files.Describe(config);
        using var document = SpecialTokens.Parse(path, SpecialTokens.ReadBytes(files, config) ?? throw new FileNotFoundException($"{path} is missing"));
        string? source = ReadTemplate(files) ?? Source(SpecialTokens.Fields(document, path)["chat_template"]);
        return source is null ? null : ChatTemplate.Parse(source, SpecialTokens.ReadFrom(files));
    }

    /// <summary>What an adapter's folder has of its own: its tokens go before those of the base, which has the others.</summary>
    /// <param name="own">The adapter's.</param>
    /// <param name="ofBase">Those of the base's tokenizer.</param>
    /// <returns>Null where it has no template.</returns>
    public static ChatTemplate? ReadOwn(INamedFiles own, INamedFiles ofBase)
    {
        string? source = ReadTemplate(own) ?? OfConfig(own);
        if (source is null)
        {
            return null;
        }

        Dictionary<string, string> tokens = new(SpecialTokens.ReadFrom(ofBase), StringComparer.Ordinal);
        foreach (var (name, token) in SpecialTokens.ReadFrom(own))
        {
            tokens[name] = token;
        }

        return ChatTemplate.Parse(source, tokens);
    }

    private static string? OfConfig(INamedFiles files)
    {
        if (SpecialTokens.ReadBytes(files, SpecialTokens.ConfigFile) is not { } content)
        {
            return null;
        }

        string path = files.Describe(SpecialTokens.ConfigFile);
        using var document = SpecialTokens.Parse(path, content);
        return Source(SpecialTokens.Fields(document, path)["chat_template"]);
    }

    private static string? ReadTemplate(INamedFiles files) =>
        SpecialTokens.ReadBytes(files, TemplateFile, LargestTemplateFile) is { } content ? RegularFile.TextOf(content) : null;

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
