using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>Typed access to the fields of one JSON object; every failure names the file, the field and the limit.</summary>
/// <param name="file">The file that the object is in.</param>
/// <param name="root">The object.</param>
/// <param name="path">What stands before a field's name in errors, where the object is inside another one.</param>
internal sealed class JsonFields(string file, JsonElement root, string path = "")
{
    public string File => file;

    public JsonElement Root => root;

    /// <summary>The field's value; false where it is absent or null.</summary>
    public bool TryGet(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    public int Integer(string name, int least, int most, int? otherwise = null)
    {
        if (!TryGet(name, out var value))
        {
            return otherwise ?? throw new CheckpointException(file, path + name, "is missing");
        }

        return Integer(name, value, least, most);
    }

    public int Integer(string name, JsonElement value, int least, int most)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number) || number < least || number > most)
        {
            throw new CheckpointException(file, path + name, $"must be an integer from {least} to {most}, is {Show(value)}");
        }

        return number;
    }

    public double Number(string name, double above, double most, double? otherwise = null)
    {
        if (!TryGet(name, out var value))
        {
            return otherwise ?? throw new CheckpointException(file, path + name, "is missing");
        }

        return Number(name, value, above, most);
    }

    public double Number(string name, JsonElement value, double above, double most)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !(number > above && number <= most))
        {
            throw new CheckpointException(file, path + name, $"must be a number above {above} and at most {most}, is {Show(value)}");
        }

        return number;
    }

    public bool Boolean(string name, bool otherwise)
    {
        if (!TryGet(name, out var value))
        {
            return otherwise;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        throw new CheckpointException(file, path + name, $"must be true or false, is {Show(value)}");
    }

    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        throw new CheckpointException(file, path + name, $"must be a string, is {Show(value)}");
    }

    public IEnumerable<(string Key, JsonElement Value)> Entries(string name)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new CheckpointException(file, path + name, $"must be an object, is {Show(value)}");
        }

        return value.EnumerateObject().Select(p => (p.Name, p.Value));
    }

    [DoesNotReturn]
    public void Refuse(string name, string problem) => throw new CheckpointException(file, path + name, problem);

    /// <summary>At most 60 characters of a value, on one line: an error must not carry a whole file.</summary>
    public static string Show(JsonElement value)
    {
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 60 ? text : text[..60] + "...";
    }
}
