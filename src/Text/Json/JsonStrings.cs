using System.Text.Json;

namespace ExpertCluster.Text.Json;

/// <summary>
/// The strings and names of a document. Bytes that are no UTF-8, and an escaped half of a surrogate pair, pass the parser and throw at
/// the first look, which may be a comparison of names: so all are looked at once, where the file is read.
/// </summary>
internal static class JsonStrings
{
    /// <exception cref="InvalidOperationException">One is no text.</exception>
    public static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Check(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Check(property.Value);
                }

                break;
        }
    }
}
