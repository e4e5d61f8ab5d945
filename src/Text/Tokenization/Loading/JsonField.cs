using System.Text.Json;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>A value of a JSON file together with its place, so that every error can name both.</summary>
internal readonly struct JsonField(JsonElement value, string place, string file)
{
    public bool IsNull => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public bool IsZero => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0;

    public JsonValueKind Kind => value.ValueKind;

    /// <summary>A member, null or missing where <see cref="IsNull"/> says so.</summary>
    public JsonField this[string name]
    {
        get
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw Error($"must be an object, but is {Describe()}");
            }

            return new JsonField(
                value.TryGetProperty(name, out var member) ? member : default, place.Length == 0 ? name : $"{place}.{name}", file);
        }
    }

    public string String()
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Error($"must be a string, but is {Describe()}");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException unpaired)
        {
            throw Error("is not valid Unicode", unpaired);
        }
    }

    /// <summary>An id: a whole number. The limit is 16 times the largest vocabulary in use, and keeps tables by id small.</summary>
    public int Id()
    {
        const int Limit = 1 << 22;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id) || id < 0 || id >= Limit)
        {
            throw Error($"must be a whole number from 0 to {Limit - 1}, but is {Describe()}");
        }

        return id;
    }

    public bool Bool(bool missing) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => missing,
        _ => throw Error($"must be true or false, but is {Describe()}"),
    };

    /// <summary>A string of exactly one UTF-16 unit.</summary>
    public char Char()
    {
        string text = String();
        return text.Length == 1 ? text[0] : throw Error($"must be one character, but is \"{text}\"");
    }

    public IEnumerable<JsonField> Items()
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Error($"must be an array, but is {Describe()}");
        }

        var (array, arrayPlace, arrayFile) = (value, place, file);
        return array.EnumerateArray().Select((item, i) => new JsonField(item, $"{arrayPlace}[{i}]", arrayFile));
    }

    public IEnumerable<(string Name, JsonField Value)> Members()
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Error($"must be an object, but is {Describe()}");
        }

        var (members, membersPlace, membersFile) = (value, place, file);
        return members.EnumerateObject().Select(m => (m.Name, new JsonField(m.Value, $"{membersPlace}[\"{m.Name}\"]", membersFile)));
    }

    public TokenizerFormatException Error(string problem, Exception? inner = null) =>
        new(file, place.Length == 0 ? "(top level)" : place, problem, inner);

    public TokenizerFormatException Unsupported(string what, string supported) =>
        Error($"\"{what}\" is not supported; supported: {supported}");

    private string Describe() => value.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText() is { Length: > 40 } raw ? raw[..40] + "..." : value.GetRawText(),
    };
}
