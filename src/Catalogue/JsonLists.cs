using System.Text.Json;

namespace ExpertCluster.Catalogue;

/// <summary>Lists of a document: a reader of JSON checks that fields are not null, and not that what a list holds is not.</summary>
internal static class JsonLists
{
    public static bool HaveNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null || HaveNull(item)),
        JsonValueKind.Object => element.EnumerateObject().Any(property => HaveNull(property.Value)),
        _ => false,
    };
}
