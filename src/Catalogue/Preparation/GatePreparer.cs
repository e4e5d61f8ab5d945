using System.Globalization;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Gating;
using ExpertCluster.Learning;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>The gates of a catalogue, trained unless the same training is in the cache already.</summary>
internal sealed class GatePreparer
{
    /// <summary>Part of the key: raise it when the trainer's result for the same input changes.</summary>
    private const string TrainerVersion = "4";

    private const string DraftPrefix = ".draft-";

    private readonly string _user;
    private readonly List<ExpertEntry> _gated;
    private readonly IReadOnlyDictionary<string, ImportedModel> _bases;
    private readonly GateKind _kind;
    private readonly CachedEncoder? _encoder;
    private readonly string _parent;
    private readonly PreparedFolder? _earlier;
    private readonly Action<string> _progress;
    private readonly GateLessons _lessons;
    private readonly string _firstBase;

    /// <param name="user">Who uses them, of the cache: which gates these are.</param>
    /// <param name="catalogue">Of one moment.</param>
    /// <param name="bases">Its bases, by name.</param>
    /// <param name="encoder">What the request gate reads texts by; null where its kind has none.</param>
    /// <param name="cache">Where trained gates are kept.</param>
    /// <param name="earlier">Gates of the catalogue that was prepared before: what they were taught the same need not be learned again. Null: there are none.</param>
    /// <param name="progress">Told of what takes time.</param>
    public GatePreparer(
        string user,
        ExpertCatalogue catalogue,
        IReadOnlyDictionary<string, ImportedModel> bases,
        CachedEncoder? encoder,
        string cache,
        PreparedFolder? earlier,
        Action<string> progress)
    {
        (_user, _bases, _kind, _encoder, _earlier, _progress) = (user, bases, catalogue.Gate.Kind, encoder, earlier, progress);
        _gated = [.. catalogue.Experts.Where(catalogue.Gates)];
        _firstBase = catalogue.Bases[0].Name;
        _parent = Directory.CreateDirectory(Path.Combine(cache, CacheUse.Gates)).FullName;
        (string Name, string[] Parts)[] parts = [.. _gated.Select(e => (e.Name, Parts(e).ToArray()))];
        Key = IsNeeded ? ContentKey.Of([TrainerVersion, _kind.ToString(), encoder?.Key ?? "", .. parts.SelectMany(p => p.Parts), .. bases.Select(b => b.Key + b.Value.Digest)]) : "";
        _lessons = new GateLessons(
            TrainerVersion,
            _kind.ToString(),
            parts.ToDictionary(p => p.Name, p => GateLessons.DigestOf(p.Parts), StringComparer.Ordinal),
            _gated.Zip(parts).GroupBy(p => p.First.Base, p => p.Second.Parts).Where(g => catalogue.HasTokenGate(g.Key))
                .ToDictionary(g => g.Key, g => GateLessons.DigestOf([bases[g.Key].Digest, .. g.SelectMany(p => p)]), StringComparer.Ordinal));
    }

    /// <summary>Whether the catalogue gates an expert at all.</summary>
    public bool IsNeeded => _gated.Count > 0;

    /// <summary>Of all that the gates are trained from.</summary>
    public string Key { get; }

    /// <summary>Names of bases that get a token gate.</summary>
    public IReadOnlyList<string> TokenGates => [.. _lessons.TokenGates.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Puts them below the output, where they were trained before.</summary>
    /// <returns>Null: they were not.</returns>
    public PreparedFolder? Publish(FolderPublisher publisher, CacheUse use)
    {
        if (Cached(_parent, Key) is not var (folder, source))
        {
            return null;
        }

        use.Mark(_user, source);
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

    /// <summary>All that they are taught.</summary>
    /// <param name="isWhole">Whether token gates are; else it is the request gate alone.</param>
    public GateTrainingSet Lesson(bool isWhole)
    {
        // Who named a text's expert knew more than who wrote an example: it is an example of nobody else.
        var owners = _gated.SelectMany(e => e.Lessons.Select(text => (text, e.Name))).ToDictionary(l => l.text, l => l.Name, StringComparer.Ordinal);
        return new GateTrainingSet
        {
            Kind = _kind,
            Encoder = _encoder?.Folder,
            Base = (_gated.Find(e => e.Remote is null)?.Base) ?? _firstBase,
            Experts = [.. _gated.Select(e => Taught(e, owners))],
            Encodings = isWhole ? _lessons.TokenGates.Keys.ToDictionary(b => b, b => Encoding(_bases[b]), StringComparer.Ordinal) : new Dictionary<string, ChatEncoding>(),
        };
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
        var earlier = Earlier();
        _progress(earlier is null ? $"training the gates of {_gated.Count} experts" : $"training the gates of {_gated.Count} experts, of which earlier gates know {earlier.Experts.Count}");
        foreach (var (name, count) in _gated.Where(e => e.Remote is null).CountBy(e => e.Base).Where(b => !_lessons.TokenGates.ContainsKey(b.Key)))
        {
            _progress($"base {name} has {count} experts that the gate learns; a token gate tells apart at most {GateLimits.TokenGateExperts}, so it gets none, and its plans are of request scope");
        }

        foreach (string left in Directory.EnumerateDirectories(parent, DraftPrefix + "*"))
        {
            // Of a training that was killed: whoever trains holds the lock.
            Directory.Delete(left, recursive: true);
        }

        string draft = Path.Combine(parent, DraftPrefix + Key);
        GateTrainer.Train(Lesson(isWhole: true), draft, options: null, HardLink.OrCopy, earlier);
        _lessons.Write(draft);
        Directory.Move(draft, Path.Combine(parent, NameOf(Key, Describe(draft))));
    }

    /// <returns>Null: nothing of them is of use.</returns>
    private EarlierGates? Earlier()
    {
        try
        {
            return _earlier?.Check("the earlier gates") is { } folder && GateLessons.Read(folder) is { } then && then.Trainer == TrainerVersion && then.Kind == _lessons.Kind
                ? new EarlierGates(folder, GateLessons.Same(_lessons.Experts, then.Experts), GateLessons.Same(_lessons.TokenGates, then.TokenGates))
                : null;
        }
        catch (CatalogueException)
        {
            // Damaged: what is served from it is no matter of a training.
            return null;
        }
    }

    private static PreparedFolder Describe(string source) => PreparedFolder.Of(
        PreparedFolder.Gates,
        Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(path => PreparedFile.Describe(path, Path.GetRelativePath(source, path))));

    private static string NameOf(string key, PreparedFolder folder) => $"{key}-{folder.Path[(PreparedFolder.Gates.Length + 1)..]}";

    private static GateExpert Taught(ExpertEntry expert, Dictionary<string, string> owners)
    {
        var examples = expert.Examples is { } file ? ExampleFile.Read(file) : [];
        if (owners.Count > 0)
        {
            var own = examples.Where(e => !owners.TryGetValue(e.Prompt, out string? owner) || owner == expert.Name).ToList();
            var known = own.Select(e => e.Prompt).ToHashSet(StringComparer.Ordinal);
            examples = [.. own, .. expert.Lessons.Where(known.Add).Select(text => new GateExample(text))];
        }

        return new GateExpert
        {
            Name = expert.Name,
            Base = expert.Base,
            IsGeneralist = expert.IsGeneralist,
            Examples = examples,
            Keywords = expert.Keywords,
            Description = expert.Description,
        };
    }

    private static IEnumerable<string> Parts(ExpertEntry expert) =>
    [
        expert.Name,
        expert.Base,
        expert.IsGeneralist ? "generalist" : "specialist",
        expert.Description,
        expert.Examples is { } file ? ContentKey.OfFile(file) : "",
        expert.Keywords.Count.ToString(CultureInfo.InvariantCulture),
        .. expert.Keywords,
        .. PartsOf(expert.Lessons),
    ];

    /// <summary>Nothing where there are none: gates that were trained before there were lessons keep their keys.</summary>
    private static IEnumerable<string> PartsOf(IReadOnlyList<string> lessons) =>
        lessons.Count == 0 ? [] : ["/lessons", lessons.Count.ToString(CultureInfo.InvariantCulture), .. lessons];

    private static ChatEncoding Encoding(ImportedModel model)
    {
        var tokenizer = Tokenizer.Load(model, ImportedModel.TokenizerFile);
        var template = FoundTemplate.In(model).Template;
        return new ChatEncoding(
            prompt => tokenizer.Encode(template?.Render([new ChatMessage("user", prompt)], addGenerationPrompt: true) ?? prompt),
            text => tokenizer.Encode(text),
            model.EndTokens.Count > 0 ? model.EndTokens[0] : null);
    }
}
