using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>What is known of a partial file, kept beside it.</summary>
/// <param name="Reserved">What it may grow to; counted as used while the fetch runs.</param>
/// <param name="Validator">What the server called the content.</param>
internal sealed record PartialNote(long Reserved, string? Validator)
{
    private const int MostBytes = 4096;

    private static readonly PartialNote None = new(0, null);

    public static string PathOf(StoreLayout layout, string name) => Path.Combine(layout.Partials, name + ".json");

    /// <summary>A note that can't be read says nothing: the fetch begins anew.</summary>
    public static PartialNote Read(StoreLayout layout, string name)
    {
        string file = PathOf(layout, name);
        try
        {
            return RegularFile.Exists(file) ? JsonSerializer.Deserialize<PartialNote>(RegularFile.ReadAllBytes(file, MostBytes)) ?? None : None;
        }
        catch (Exception error) when (error is JsonException or FileRefusedException)
        {
            return None;
        }
    }

    public void Write(StoreLayout layout, string name)
    {
        string draft = PathOf(layout, name) + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(this));
        File.Move(draft, PathOf(layout, name), overwrite: true);
    }
}
