using System.Text.Json;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Files;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A sentence encoder in the cache, under a key of its content.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Key">Of what it was made from.</param>
/// <param name="Files">Its files as they were written.</param>
internal sealed record CachedEncoder(string Folder, string Key, IReadOnlyList<PreparedFile> Files);

/// <summary>Takes sentence models and classifiers into the cache, once for each content: what gates read, and what is served.</summary>
internal static class EncoderPreparer
{
    /// <summary>Of the cache, beside bases: no base has such a name.</summary>
    public const string User = "/encoder";

    /// <summary>Who uses an entry of the cache for an encoder that is served.</summary>
    public static string UserOf(string encoder) => $"/encoders/{encoder}";

    /// <summary>Part of the key: raise it when an import writes something else.</summary>
    private const string ImportVersion = "2";

    private const string DraftPrefix = ".draft-";

    /// <summary>Of an entry's files, beside them.</summary>
    private const string ListName = "files.json";

    private const int MostListBytes = 1 << 16;

    /// <summary>Equal as long as nothing changed of what is read of a sentence model; some of that lies below its folder.</summary>
    /// <param name="place">A folder, or a URI of one, which is not asked.</param>
    public static string StampOf(string place) => SourceUri.Is(place)
        ? place
        : string.Join('\n', SentenceEncoder.Files.Where(f => f.Contains('/', StringComparison.Ordinal)).Select(f => FileStamp.Of(Path.Combine(place, f))).Prepend($"{place} {FileStamp.OfFolder(place)}"));

    /// <summary>One that is served, where hosts find it.</summary>
    /// <param name="entry">Its path is a folder.</param>
    /// <param name="cache">Where imports are kept.</param>
    /// <param name="use">Told of the entry there.</param>
    /// <param name="publisher">Puts it below the output.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <exception cref="CatalogueException">It is no such model, or one that is not let in.</exception>
    public static PreparedEncoder Publish(EncoderEntry entry, string cache, CacheUse use, FolderPublisher publisher, Action<string> progress)
    {
        string what = $"encoder {entry.Name}";
        var cached = Prepare(entry.Path, entry.Task == EncoderTask.Score, what, what, cache, progress);
        use.Mark(UserOf(entry.Name), cached.Folder);
        try
        {
            var (tokens, labels) = SentenceEncoder.Describe(cached.Folder);
            if (entry.Task == EncoderTask.Score && (labels != 1 || tokens < SentenceEncoder.FewestPairTokens))
            {
                throw new CatalogueException(labels != 1
                    ? $"{what}: {entry.Path} is a classifier of {labels} labels; task score needs one of a single label"
                    : $"{what}: {entry.Path} reads {tokens} tokens; task score needs {SentenceEncoder.FewestPairTokens} at least");
            }

            var folder = publisher.Publish(PreparedFolder.Of(PreparedFolder.Encoders, cached.Files), what, (name, target) => HardLink.OrCopy(Path.Combine(cached.Folder, name), target));
            return new PreparedEncoder(entry.Name, folder, entry.Task, tokens) { Description = entry.Description, Replicas = entry.Replicas, Labels = entry.Labels };
        }
        catch (Exception error) when (error is GateFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException($"{what}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <param name="source">A folder.</param>
    /// <param name="classifies">Whether it is to be a classifier.</param>
    /// <param name="name">For progress: what is imported.</param>
    /// <param name="place">For messages: where the catalogue names it.</param>
    /// <param name="cache">Where it is kept.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <exception cref="CatalogueException">It is no such model, or one that is not let in.</exception>
    public static CachedEncoder Prepare(string source, bool classifies, string name, string place, string cache, Action<string> progress)
    {
        string parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Encoders)).FullName;
        try
        {
            string[] files = [.. SentenceEncoder.Files.Where(file => File.Exists(Path.Combine(source, file))).Order(StringComparer.Ordinal)];
            string key = ContentKey.Of([classifies ? ImportVersion + " classifier" : ImportVersion, .. files.SelectMany(file => (string[])[file, ContentKey.OfFile(Path.Combine(source, file))])]);
            string target = Path.Combine(parent, key);
            if (FilesOf(target) is { } known)
            {
                return new CachedEncoder(target, key, known);
            }

            if (Directory.Exists(target))
            {
                progress($"{name}: the import in the cache is damaged; it is imported again");
                Directory.Delete(target, recursive: true);
            }

            progress($"importing {name}");
            return new CachedEncoder(target, key, Import(source, classifies, target, Path.Combine(parent, DraftPrefix + key)));
        }
        catch (Exception error) when (error is GateFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException($"{place}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Whoever imports holds the cache's lock: what has a draft's name is of one that was killed.</summary>
    private static PreparedFile[] Import(string source, bool classifies, string target, string draft)
    {
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        try
        {
            SentenceEncoder.Import(source, draft, classifies);
            PreparedFile[] files = [.. SentenceEncoder.ImportedFiles.Select(name => PreparedFile.Describe(Path.Combine(draft, name), name))];
            File.WriteAllBytes(Path.Combine(draft, ListName), JsonSerializer.SerializeToUtf8Bytes(files));
            Directory.Move(draft, target);
            return files;
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    /// <summary>As they were written; null: the folder is not there, or its files are others now.</summary>
    private static PreparedFile[]? FilesOf(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<PreparedFile[]>(RegularFile.ReadAllBytes(Path.Combine(folder, ListName), MostListBytes)) is { Length: > 0 } files
                && files.All(file => file is not null && SentenceEncoder.ImportedFiles.Contains(file.Name) && PreparedFile.Describe(Path.Combine(folder, file.Name), file.Name) == file)
                ? files
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
