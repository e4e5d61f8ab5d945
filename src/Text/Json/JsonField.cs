using System.Text.Json;

namespace ExpertCluster.Text.Json;

/// <summary>A value of a JSON file together with its place, so that every error names file, field, and the limit.</summary>
internal readonly struct JsonField(JsonElement value, string place, JsonSource source)
{
    /// <summary>Characters of a value that an error shows: it must not carry a whole file.</summary>
    private const int Shown = 60;

    /// <summary>Absent, or null.</summary>
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
                value.TryGetProperty(name, out var member) ? member : default, place.Length == 0 ? name : $"{place}.{name}", source);
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

    public int Integer(int least, int most)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number) || number < least || number > most)
        {
            throw Error($"must be a whole number from {least} to {most}, but is {Describe()}");
        }

        return number;
    }

    public double Number(double above, double most)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !(number > above && number <= most))
        {
            throw Error(FormattableString.Invariant($"must be a number above {above} and at most {most}, but is {Describe()}"));
        }

        return number;
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

        var (array, arrayPlace, arraySource) = (value, place, source);
        return array.EnumerateArray().Select((item, i) => new JsonField(item, $"{arrayPlace}[{i}]", arraySource));
    }

    public IEnumerable<(string Name, JsonField Value)> Members()
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Error($"must be an object, but is {Describe()}");
        }

        var (members, membersPlace, membersSource) = (value, place, source);
        return members.EnumerateObject().Select(m => (m.Name, new JsonField(m.Value, $"{membersPlace}[\"{m.Name}\"]", membersSource)));
    }

    public Exception Error(string problem, Exception? inner = null) => source.Error(place, problem, inner);

    public Exception Unsupported(string what, string supported) => Error($"\"{what}\" is not supported; supported: {supported}");

    /// <summary>The start of a value, on one line.</summary>
    public static string Show(JsonElement value)
    {
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= Shown ? text : text[..Shown] + "...";
    }

    private string Describe() => value.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Show(value),
    };
}
