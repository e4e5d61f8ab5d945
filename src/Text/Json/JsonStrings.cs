using System.Text.Json;

namespace ExpertCluster.Text.Json;

/// <summary>
/// The strings and names of a document. Bytes that are no UTF-8, and an escaped half of a surrogate pair, pass the parser and throw at
/// the first look, which may be a comparison of names: so all are looked at once, where the file is read.
/// </summary>
internal static class JsonStrings
{
    public const string Problem = "is, or has a name that is, not valid Unicode";

    /// <returns>Where the first is that is no text, as in <c>model.merges[0]</c>; null: all are.</returns>
    public static string? FindWrong(JsonElement element) => Find(element)?.TrimStart('.');

    private static string? Find(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    return null;
                case JsonValueKind.Array:
                    return FindInItems(element);
                case JsonValueKind.Object:
                    return FindInMembers(element);
                default:
                    return null;
            }
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private static string? FindInItems(JsonElement array)
    {
        int i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (Find(item) is { } place)
            {
                return $"[{i}]{place}";
            }

            i++;
        }

        return null;
    }

    /// <exception cref="InvalidOperationException">A name is no text.</exception>
    private static string? FindInMembers(JsonElement members)
    {
        foreach (var member in members.EnumerateObject())
        {
            string name = member.Name;
            if (Find(member.Value) is { } place)
            {
                return $".{name}{place}";
            }
        }

        return null;
    }
}
