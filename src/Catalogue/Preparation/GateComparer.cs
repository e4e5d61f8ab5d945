using System.Text.Json;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Files;
using ExpertCluster.Learning;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>What the gates and the candidate for them choose of texts that neither was taught, in the cache by what both are made from.</summary>
internal sealed class GateComparer
{
    /// <summary>Part of the key: raise it when the same gates are compared otherwise.</summary>
    private const string Version = "1";

    private const string DraftPrefix = ".draft-";
    private const int LargestFile = 1 << 12;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    private readonly GatePreparer _stable;
    private readonly GatePreparer _candidate;
    private readonly string _parent;

    public GateComparer(string cache, GatePreparer stable, GatePreparer candidate)
    {
        (_stable, _candidate) = (stable, candidate);
        _parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Comparisons)).FullName;
        Key = ContentKey.Of(Version, stable.Key, candidate.Key);
    }

    public string Key { get; }

    private string FileOf => Path.Combine(_parent, $"{Key}.json");

    /// <param name="found">Told where it is.</param>
    /// <returns>Null: it was not made.</returns>
    public GateComparison? Find(Action<string> found)
    {
        try
        {
            var comparison = JsonSerializer.Deserialize<GateComparison>(RegularFile.ReadAllBytes(FileOf, LargestFile), Json);
            found(FileOf);
            return comparison;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            // There is none, or a damaged one: it is made (anew).
            return null;
        }
    }

    /// <summary>Teaches both anew, without the texts that are held out: this takes as long as training them did.</summary>
    public void Make(Action<string> progress, CancellationToken cancellation)
    {
        using var held = FolderLock.Take(_parent, () => progress("waiting for another comparison of gates"), cancellation);
        if (Find(_ => { }) is not null)
        {
            return;
        }

        foreach (string left in Directory.EnumerateDirectories(_parent, DraftPrefix + "*"))
        {
            // Of a comparison that was killed: whoever compares holds the lock.
            Directory.Delete(left, recursive: true);
        }

        progress("comparing the candidate for the gates with them");
        string draft = Directory.CreateDirectory(Path.Combine(_parent, DraftPrefix + Key)).FullName;
        try
        {
            var comparison = HeldOutComparison.Run(_stable.IsNeeded ? _stable.Lesson(isWhole: false) : null, _candidate.Lesson(isWhole: false), draft, HardLink.OrCopy);
            string file = Path.Combine(draft, "comparison.json");
            File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(comparison, Json));
            File.Move(file, FileOf, overwrite: true);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }
}
