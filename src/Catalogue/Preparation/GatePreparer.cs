using System.Globalization;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Learning;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>The gates of a catalogue, trained unless the same training is in the cache already.</summary>
internal sealed class GatePreparer
{
    /// <summary>Part of the key: raise it when the trainer's result for the same input changes.</summary>
    private const string TrainerVersion = "2";

    private const string DraftPrefix = ".draft-";

    /// <summary>Of the cache, beside bases: no base has such a name.</summary>
    public const string User = "/gates";

    private readonly List<ExpertEntry> _gated;
    private readonly IReadOnlyDictionary<string, ImportedModel> _bases;
    private readonly GateKind _kind;
    private readonly PreparedEncoder? _encoder;
    private readonly string _parent;
    private readonly Action<string> _progress;

    /// <param name="catalogue">Of one moment.</param>
    /// <param name="bases">Its bases, by name.</param>
    /// <param name="encoder">What the request gate reads texts by; null where its kind has none.</param>
    /// <param name="cache">Where trained gates are kept.</param>
    /// <param name="progress">Told of what takes time.</param>
    public GatePreparer(
        ExpertCatalogue catalogue, IReadOnlyDictionary<string, ImportedModel> bases, PreparedEncoder? encoder, string cache, Action<string> progress)
    {
        (_bases, _kind, _encoder, _progress) = (bases, catalogue.Gate.Kind, encoder, progress);
        _gated = [.. catalogue.Experts.Where(catalogue.Gates)];
        _parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Gates)).FullName;
        Key = IsNeeded ? ContentKey.Of([TrainerVersion, _kind.ToString(), encoder?.Key ?? "", .. _gated.SelectMany(Parts), .. bases.Select(b => b.Key + b.Value.Digest)]) : "";
    }

    /// <summary>Whether the catalogue gates an expert at all.</summary>
    public bool IsNeeded => _gated.Count > 0;

    /// <summary>Of all that the gates are trained from.</summary>
    public string Key { get; }

    /// <summary>Puts them below the output, where they were trained before.</summary>
    /// <returns>Null: they were not.</returns>
    public PreparedFolder? Publish(FolderPublisher publisher, CacheUse use)
    {
        if (Cached(_parent, Key) is not var (folder, source))
        {
            return null;
        }

        use.Mark(User, source);
        return publisher.Publish(folder, "the gates", (name, target) => HardLink.OrCopy(Path.Combine(source, name), target));
    }

    /// <summary>Trains them, unless somebody did meanwhile.</summary>
    public void Train(CancellationToken cancellation)
    {
        using var held = FolderLock.Take(_parent, () => _progress("waiting for another training"), cancellation);
        if (Cached(_parent, Key) is null)
        {
            TrainInto(_parent);
        }
    }

    /// <summary>A folder of the cache is named by what it was trained from and by what it holds; one that holds something else goes.</summary>
    private static (PreparedFolder Folder, string Source)? Cached(string parent, string key)
    {
        foreach (string source in Directory.EnumerateDirectories(parent, $"{key}-*"))
        {
            var folder = Describe(source);
            if (Path.GetFileName(source) == NameOf(key, folder))
            {
                return (folder, source);
            }

            Directory.Delete(source, recursive: true);
        }

        return null;
    }

    private void TrainInto(string parent)
    {
        _progress($"training the gates of {_gated.Count} experts");
        var set = new GateTrainingSet
        {
            Kind = _kind,
            Encoder = _encoder?.Folder,
            Experts = [.. _gated.Select(Taught)],
            Encodings = _gated.Select(e => e.Base).Distinct().ToDictionary(b => b, b => Encoding(_bases[b]), StringComparer.Ordinal),
        };
        foreach (string left in Directory.EnumerateDirectories(parent, DraftPrefix + "*"))
        {
            // Of a training that was killed: whoever trains holds the lock.
            Directory.Delete(left, recursive: true);
        }

        string draft = Path.Combine(parent, DraftPrefix + Key);
        GateTrainer.Train(set, draft, options: null, HardLink.OrCopy);
        Directory.Move(draft, Path.Combine(parent, NameOf(Key, Describe(draft))));
    }

    private static PreparedFolder Describe(string source) => PreparedFolder.Of(
        PreparedFolder.Gates,
        Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(path => PreparedFile.Describe(path, Path.GetRelativePath(source, path))));

    private static string NameOf(string key, PreparedFolder folder) => $"{key}-{folder.Path[(PreparedFolder.Gates.Length + 1)..]}";

    private static GateExpert Taught(ExpertEntry expert) => new()
    {
        Name = expert.Name,
        Base = expert.Base,
        IsGeneralist = expert.Adapter is null,
        Examples = expert.Examples is { } file ? ExampleFile.Read(file) : [],
        Keywords = expert.Keywords,
        Description = expert.Description,
    };

    private static IEnumerable<string> Parts(ExpertEntry expert) =>
    [
        expert.Name,
        expert.Base,
        expert.Adapter is null ? "generalist" : "specialist",
        expert.Description,
        expert.Examples is { } file ? ContentKey.OfFile(file) : "",
        expert.Keywords.Count.ToString(CultureInfo.InvariantCulture),
        .. expert.Keywords,
    ];

    private static ChatEncoding Encoding(ImportedModel model)
    {
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        return new ChatEncoding(
            prompt => tokenizer.Encode(template?.Render([new ChatMessage("user", prompt)], addGenerationPrompt: true) ?? prompt),
            text => tokenizer.Encode(text),
            model.EndTokens.Count > 0 ? model.EndTokens[0] : null);
    }
}
