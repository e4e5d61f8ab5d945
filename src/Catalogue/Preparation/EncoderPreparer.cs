using ExpertCluster.Gating;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A sentence encoder in the cache, under a key of its content.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Key">Of what it was made from.</param>
internal sealed record PreparedEncoder(string Folder, string Key);

/// <summary>Takes the sentence model, or the classifier, that gates read into the cache, once for each content.</summary>
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

    /// <param name="source">A folder.</param>
    /// <param name="classifies">Whether it is to be a classifier.</param>
    /// <param name="cache">Where it is kept.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <exception cref="CatalogueException">It is no such model, or one that is not let in.</exception>
    public static PreparedEncoder Prepare(string source, bool classifies, string cache, Action<string> progress)
    {
        string parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Encoders)).FullName;
        try
        {
            string[] files = [.. SentenceEncoder.Files.Where(name => File.Exists(Path.Combine(source, name))).Order(StringComparer.Ordinal)];
            string key = ContentKey.Of([classifies ? ImportVersion + " classifier" : ImportVersion, .. files.SelectMany(name => (string[])[name, ContentKey.OfFile(Path.Combine(source, name))])]);
            string target = Path.Combine(parent, key);
            if (!Directory.Exists(target))
            {
                progress(classifies ? "importing the gate's classifier" : "importing the gate's encoder");
                Import(source, classifies, target, Path.Combine(parent, DraftPrefix + key));
            }

            return new PreparedEncoder(target, key);
        }
        catch (Exception error) when (error is GateFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException($"gate: {GateSection.ModelKey(classifies)}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Whoever imports holds the cache's lock: what has a draft's name is of one that was killed.</summary>
    private static void Import(string source, bool classifies, string target, string draft)
    {
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        try
        {
            SentenceEncoder.Import(source, draft, classifies);
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
