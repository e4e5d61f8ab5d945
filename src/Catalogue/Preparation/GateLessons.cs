using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>What gates were taught, in a file beside them, so that later ones know what has changed since. Nobody but who trains reads it.</summary>
/// <param name="Trainer">Version of what trained them.</param>
/// <param name="Kind">Of the request gate.</param>
/// <param name="Experts">Digest of what each was taught by, by name.</param>
/// <param name="TokenGates">Digest of all that a base's token gate was taught by, by the base's name.</param>
internal sealed record GateLessons(string Trainer, string Kind, IReadOnlyDictionary<string, string> Experts, IReadOnlyDictionary<string, string> TokenGates)
{
    public const string FileName = "lessons.json";

    /// <summary>10,000 experts with the longest names take half of it.</summary>
    private const int LargestFile = 4 << 20;

    /// <summary>Characters of a digest that are kept: it tells of changes, and guards nothing.</summary>
    private const int DigestLength = 16;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static string DigestOf(IEnumerable<string> parts) => ContentKey.Of(parts)[..DigestLength];

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <returns>Null: there is none that can be read.</returns>
    public static GateLessons? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<GateLessons>(RegularFile.ReadAllBytes(Path.Combine(folder, FileName), LargestFile), Json);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Names that have the same digest here and there.</summary>
    public static IReadOnlySet<string> Same(IReadOnlyDictionary<string, string> now, IReadOnlyDictionary<string, string> then) =>
        now.Where(n => then.TryGetValue(n.Key, out string? its) && its == n.Value).Select(n => n.Key).ToHashSet(StringComparer.Ordinal);
}
