using System.Buffers;
using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis;

/// <summary>The tools of a request as they are read, whatever API they came by: what they may be stands here once.</summary>
internal sealed class ToolList : IDisposable
{
    public const int Most = 128;

    /// <summary>Bytes of all of them as templates get them.</summary>
    public const int MostBytes = 256 << 10;

    /// <summary>Characters of a name.</summary>
    public const int LongestName = 64;

    private const string Field = "tools";
    private const string Nothing = """{"type":"object","properties":{}}""";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private readonly List<Tool> _tools = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _json = new();

    /// <summary>Begun with the first tool: most requests have none.</summary>
    private Utf8JsonWriter? _writer;

    public IReadOnlyList<Tool> Tools => _tools;

    /// <param name="at">Where its function stands, for messages.</param>
    /// <param name="name">Its name; null: it has none.</param>
    /// <param name="description">For the model; null: none.</param>
    /// <param name="parameters">JSON Schema of its arguments; null: it takes none.</param>
    /// <param name="parametersName">As its API calls that field.</param>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public void Add(string at, string? name, string? description, JsonElement? parameters, string parametersName = "parameters")
    {
        if (_tools.Count == Most)
        {
            throw Wrong(Field, $"has more than {Most} entries");
        }

        CheckName(name, $"{at}.name");
        if (parameters is { ValueKind: not JsonValueKind.Object })
        {
            throw Wrong($"{at}.{parametersName}", "must be a JSON Schema: an object");
        }

        _writer ??= Begin();
        _writer.WriteStartObject();
        _writer.WriteString("type", "function");
        _writer.WriteStartObject("function");
        _writer.WriteString("name", name);
        if (description is not null)
        {
            _writer.WriteString("description", description);
        }

        // Templates look into it without asking whether it is there.
        string schema = parameters?.GetRawText() ?? "";
        _writer.WritePropertyName("parameters");
        _writer.WriteRawValue(schema.Length > 0 ? schema : Nothing, skipInputValidation: true);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
        _writer.Flush();
        if (_json.WrittenCount > MostBytes)
        {
            throw Wrong(Field, $"are larger than {MostBytes} bytes, which is the most that is taken");
        }

        _tools.Add(new Tool(name!, schema));
    }

    /// <summary>What the template and the answer get of it.</summary>
    /// <param name="request">Gets it.</param>
    /// <param name="wish">Whether tools are called; its own list is not read.</param>
    /// <param name="choiceField">As the API calls the choice, for messages.</param>
    /// <exception cref="RequestFailedException">InvalidArgument, naming the field.</exception>
    public CompletionRequest Onto(CompletionRequest request, ToolWish wish, string choiceField)
    {
        if (_tools.Count == 0)
        {
            return wish.Choice is ToolChoice.Auto or ToolChoice.None ? request : throw Wrong(choiceField, "asks for a call, and there are no tools");
        }

        if (wish.Choice == ToolChoice.Named && !_names.Contains(wish.Named))
        {
            throw Wrong(choiceField, $"names \"{RequestLimits.Shorten(wish.Named)}\", which is none of the tools");
        }

        bool isForced = wish.Choice is ToolChoice.Required or ToolChoice.Named;
        if (isForced && request.Structure is { } other)
        {
            throw Wrong(choiceField, $"asks for a call beside {other.Field}; an answer can't be both");
        }

        _writer!.WriteEndArray();
        _writer.Flush();
        wish = wish with { Tools = [.. _tools] };
        return request with
        {
            Tools = wish,
            Structure = isForced ? StructureOf(wish, choiceField) : request.Structure,
            Chat = wish.IsOpen ? request.Chat with { Tools = Encoding.UTF8.GetString(_json.WrittenSpan) } : request.Chat,
        };
    }

    public void Dispose() => _writer?.Dispose();

    private Utf8JsonWriter Begin()
    {
        var writer = new Utf8JsonWriter(_json, ApiJson.Writing);
        writer.WriteStartArray();
        return writer;
    }

    /// <summary>A call that has to come is held to the schemas of the tools, so that its arguments are always such.</summary>
    private static StructuredOutput StructureOf(ToolWish wish, string choiceField)
    {
        try
        {
            return new StructuredOutput { Kind = StructuredOutputKind.JsonSchema, Source = ToolSchema.Of(wish), Field = choiceField };
        }
        catch (JsonException)
        {
            throw Wrong(Field, "have a schema in which a name stands twice");
        }
    }

    private void CheckName(string? name, string at)
    {
        if (name is null)
        {
            throw Wrong(at, "is missing");
        }

        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw Wrong(at, $"is \"{RequestLimits.Shorten(name)}\"; it must have 1 to {LongestName} letters, digits, '_', '.' or '-'");
        }

        if (!_names.Add(name))
        {
            throw Wrong(at, $"is \"{name}\", as that of a tool before it; names must differ");
        }
    }

    private static RequestFailedException Wrong(string field, string problem) => new(FailureKind.InvalidArgument, $"{field} {problem}", field);
}
