using System.Text.Json;
using ExpertCluster.Files;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Chat;

/// <summary>
/// The special tokens that a tokenizer's files name, as templates know them: those of tokenizer_config.json, and where it has none those of
/// special_tokens_map.json, which older files have.
/// </summary>
public static class SpecialTokens
{
    /// <summary>What ends an answer.</summary>
    public const string End = "eos_token";

    internal const string ConfigFile = "tokenizer_config.json";

    private const string MapFile = "special_tokens_map.json";

    /// <summary>Tokens of a model's own, by name: a mapping; transformers also takes a list, whose tokens have no names.</summary>
    private const string Extra = "extra_special_tokens";

    private const int MostExtra = 1000;

    /// <summary>Bytes; those in use have two million at most.</summary>
    private const int LargestFile = 16 << 20;

    private const int Depth = 64;

    private static readonly string[] Names = ["bos_token", End, "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The files that are read.</summary>
    public static IReadOnlyList<string> Files { get; } = [ConfigFile, MapFile];

    /// <param name="read">The content of one of <see cref="Files"/>; null where there is none.</param>
    /// <returns>Texts by name.</returns>
    /// <exception cref="ChatTemplateException">A file is malformed.</exception>
    public static IReadOnlyDictionary<string, string> Read(Func<string, byte[]?> read) => Read(read, name => name);

    private static Dictionary<string, string> Read(Func<string, byte[]?> read, Func<string, string> describe)
    {
        ArgumentNullException.ThrowIfNull(read);
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        foreach (string name in Files)
        {
            if (read(name) is { } content)
            {
                string path = describe(name);
                using var document = Parse(path, content);
                Add(Fields(document, path), tokens);
            }
        }

        return tokens;
    }

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <inheritdoc cref="Read"/>
    internal static IReadOnlyDictionary<string, string> ReadFrom(INamedFiles files) => Read(name => ReadBytes(files, name), files.Describe);

    /// <returns>Null: there is no such file.</returns>
    internal static byte[]? ReadBytes(INamedFiles files, string name, int mostBytes = LargestFile)
    {
        try
        {
            return files.Read(name, mostBytes);
        }
        catch (FileRefusedException refused)
        {
            throw new ChatTemplateException(refused.Message, inner: refused);
        }
    }

    internal static JsonDocument Parse(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonDocument.Parse(JsonBytes.WithoutMark(content), new JsonDocumentOptions { MaxDepth = Depth });
        }
        catch (JsonException malformed)
        {
            throw new ChatTemplateException($"{path} is malformed: {malformed.Message}", inner: malformed);
        }
    }

    internal static JsonField Fields(JsonDocument document, string path) => JsonStrings.FindWrong(document.RootElement) is { } place
        ? throw Refuse(path, place, JsonStrings.Problem, null)
        : new JsonField(document.RootElement, "", new JsonSource(path, Refuse));

    private static void Add(JsonField fields, Dictionary<string, string> tokens)
    {
        foreach (string name in Names)
        {
            Add(name, fields[name], tokens);
        }

        if (fields[Extra] is { Kind: JsonValueKind.Object } extra)
        {
            foreach (var (name, value) in extra.Members().Take(MostExtra))
            {
                Add(name, value, tokens);
            }
        }
    }

    private static void Add(string name, JsonField field, Dictionary<string, string> tokens)
    {
        if (!field.IsNull)
        {
            // Either the text itself or an object that describes the token.
            tokens.TryAdd(name, field.Kind == JsonValueKind.Object ? field["content"].String() : field.String());
        }
    }

    private static ChatTemplateException Refuse(string file, string place, string problem, Exception? inner) =>
        new(place.Length == 0 ? $"{file} {problem}" : $"{file}: {place} {problem}", inner: inner);
}
