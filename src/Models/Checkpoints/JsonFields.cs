using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>The fields of one JSON object of a checkpoint by name, with defaults; what they hold is read by <see cref="JsonField"/>.</summary>
/// <param name="file">The file that the object is in.</param>
/// <param name="root">The object.</param>
/// <param name="path">What stands before a field's name in errors, where the object is inside another one.</param>
internal sealed class JsonFields(string file, JsonElement root, string path = "")
{
    private readonly JsonSource _source = new(file, static (name, place, problem, inner) => new CheckpointException(name, place, problem, inner));

    public string File => file;

    public JsonElement Root => root;

    /// <summary>The field's value; false where it is absent or null.</summary>
    public bool TryGet(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    public int Integer(string name, int least, int most, int? otherwise = null) =>
        TryGet(name, out var value) ? Integer(name, value, least, most) : otherwise ?? throw Missing(name);

    public int Integer(string name, JsonElement value, int least, int most) => Field(name, value).Integer(least, most);

    public double Number(string name, double above, double most, double? otherwise = null) =>
        TryGet(name, out var value) ? Number(name, value, above, most) : otherwise ?? throw Missing(name);

    public double Number(string name, JsonElement value, double above, double most) => Field(name, value).Number(above, most);

    public bool Boolean(string name, bool otherwise) => TryGet(name, out var value) ? Field(name, value).Bool(otherwise) : otherwise;

    public string? Text(string name) => TryGet(name, out var value) ? Field(name, value).String() : null;

    public IEnumerable<(string Key, JsonElement Value)> Entries(string name)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, $"must be an object, but is {Show(value)}");
        }

        return value.EnumerateObject().Select(p => (p.Name, p.Value));
    }

    [DoesNotReturn]
    public void Refuse(string name, string problem) => throw _source.Error(path + name, problem);

    /// <inheritdoc cref="JsonField.Show"/>
    public static string Show(JsonElement value) => JsonField.Show(value);

    private JsonField Field(string name, JsonElement value) => new(value, path + name, _source);

    private Exception Missing(string name) => _source.Error(path + name, "is missing");
}
