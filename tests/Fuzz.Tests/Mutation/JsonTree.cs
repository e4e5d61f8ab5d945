using System.Text;
using System.Text.Json;

namespace ExpertCluster.Fuzz.Mutation;

/// <summary>A JSON document that can be changed into one that no reader would accept: scalars are kept as they are written, bytes as Latin-1.</summary>
internal sealed class JsonTree
{
    private const int Deepest = 128;

    /// <summary>Of a scalar; null: it is an array or an object.</summary>
    public string? Raw { get; set; }

    /// <summary>Keys with their quotes; null: of an array.</summary>
    public List<(string? Key, JsonTree Value)> Items { get; } = [];

    public bool IsObject { get; init; }

    /// <summary>Null: it is none.</summary>
    public static JsonTree? Parse(byte[] bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
            return reader.Read() ? Read(ref reader, bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        Write(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>All values, this one first.</summary>
    public void Collect(List<JsonTree> all)
    {
        all.Add(this);
        foreach (var (_, value) in Items)
        {
            value.Collect(all);
        }
    }

    /// <summary>Becomes what another one is.</summary>
    public static JsonTree Of(string raw) => new() { Raw = raw };

    private static JsonTree Read(ref Utf8JsonReader reader, byte[] bytes)
    {
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return Of(RawOf(ref reader, bytes));
        }

        JsonTree tree = new() { IsObject = reader.TokenType == JsonTokenType.StartObject };
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            string? key = null;
            if (tree.IsObject)
            {
                key = RawOf(ref reader, bytes);
                reader.Read();
            }

            tree.Items.Add((key, Read(ref reader, bytes)));
        }

        return tree;
    }

    /// <summary>With the quotes of a text.</summary>
    private static string RawOf(ref Utf8JsonReader reader, byte[] bytes)
    {
        int quotes = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0;
        return Encoding.Latin1.GetString(bytes, (int)reader.TokenStartIndex, reader.ValueSpan.Length + quotes);
    }

    private void Write(StringBuilder text)
    {
        if (Raw is not null)
        {
            text.Append(Raw);
            return;
        }

        text.Append(IsObject ? '{' : '[');
        for (int i = 0; i < Items.Count; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (IsObject)
            {
                text.Append(Items[i].Key ?? "\"\"").Append(':');
            }

            Items[i].Value.Write(text);
        }

        text.Append(IsObject ? '}' : ']');
    }
}
