using ExpertCluster.Gating;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A sentence encoder in the cache, under a key of its content.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Key">Of what it was made from.</param>
internal sealed record PreparedEncoder(string Folder, string Key);

/// <summary>Takes the sentence model that gates read into the cache, once for each content.</summary>
internal static class EncoderPreparer
{
    /// <summary>Of the cache, beside bases: no base has such a name.</summary>
    public const string User = "/encoder";

    /// <summary>Part of the key: raise it when an import writes something else.</summary>
    private const string ImportVersion = "1";

    private const string DraftPrefix = ".draft-";

    /// <summary>Equal as long as nothing changed of what is read of a sentence model; some of that lies below its folder.</summary>
    /// <param name="place">A folder, or a URI of one, which is not asked.</param>
    public static string StampOf(string place) => SourceUri.Is(place)
        ? place
        : string.Join('\n', SentenceEncoder.Files.Where(f => f.Contains('/', StringComparison.Ordinal)).Select(f => FileStamp.Of(Path.Combine(place, f))).Prepend($"{place} {FileStamp.OfFolder(place)}"));

    /// <exception cref="CatalogueException">It is no sentence model, or one that is not let in.</exception>
    public static PreparedEncoder Prepare(string source, string cache, Action<string> progress)
    {
        string parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Encoders)).FullName;
        try
        {
            string[] files = [.. SentenceEncoder.Files.Where(name => File.Exists(Path.Combine(source, name))).Order(StringComparer.Ordinal)];
            string key = ContentKey.Of([ImportVersion, .. files.SelectMany(name => (string[])[name, ContentKey.OfFile(Path.Combine(source, name))])]);
            string target = Path.Combine(parent, key);
            if (!Directory.Exists(target))
            {
                progress("importing the gate's encoder");
                Import(source, target, Path.Combine(parent, DraftPrefix + key));
            }

            return new PreparedEncoder(target, key);
        }
        catch (Exception error) when (error is GateFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException($"gate: encoder: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Whoever imports holds the cache's lock: what has a draft's name is of one that was killed.</summary>
    private static void Import(string source, string target, string draft)
    {
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        try
        {
            SentenceEncoder.Import(source, draft);
            Directory.Move(draft, target);
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
