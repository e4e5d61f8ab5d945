using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Learning;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Makes what routers and hosts need out of a catalogue: one folder with bases, adapters and gates, which needs nothing outside
/// of itself. What takes long, imports and training, is kept in the cache by the content that it was made from. One that is asked again
/// looks only at what changed since. For one caller at a time.
/// </summary>
public sealed class CataloguePreparer
{
    private readonly string _cache;
    private readonly string _output;
    private readonly Action<string> _progress;
    private readonly Lazy<ContentFetcher> _fetcher;
    private readonly PreparationMemory _memory = new();
    private readonly CacheUse _use;
    private readonly PreparedDisuse _disuse;
    private readonly BackgroundFetches _fetches;
    private readonly BackgroundTraining _training;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="cache">Where imports and trained gates are kept.</param>
    /// <param name="output">The folder to give to routers and hosts.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <param name="fetcher">Brings what stands as a URI; null: one that the environment describes, with its store in the cache.</param>
    public CataloguePreparer(string cache, string output, Action<string> progress, ContentFetcher? fetcher = null)
    {
        (_cache, _output, _progress) = (cache, output, progress);
        (_use, _disuse) = (new CacheUse(cache), new PreparedDisuse(output));

        // Not before a catalogue names a URI: one without needs no store, and no word of the environment about sources.
        _fetcher = new(() => fetcher ?? CacheFetcher.Create(cache));
        _fetches = new BackgroundFetches(_fetcher, progress, Tell, TimeProvider.System);
        _training = new BackgroundTraining(progress, Tell);
    }

    /// <summary>Prepares into the user's cache.</summary>
    /// <param name="config">The catalogue file: each has a folder of its own there.</param>
    /// <param name="progress">Told of what takes time.</param>
    public static CataloguePreparer Cached(string config, Action<string> progress) =>
        new(CacheFolder.Root, Path.Combine(CacheFolder.Root, "prepared", ContentKey.Of(Path.GetFullPath(config))), progress);

    /// <summary>The folder to give to routers and hosts.</summary>
    public string Output => _output;

    /// <summary>Ends when something has come that the last preparation did not wait for: another one takes it in.</summary>
    public Task More => _more.Task;

    /// <exception cref="CatalogueException">The file can't be used; the message names file, line and key.</exception>
    public ExpertCatalogue Read(string config) => CatalogueFile.Load(config, uri => _fetcher.Value.ProblemOf(uri));

    /// <inheritdoc cref="Prepare(DesiredCatalogue, bool, CancellationToken)"/>
    /// <param name="config">The catalogue file.</param>
    /// <param name="cancellation">Ends the waiting for others, and what is being fetched.</param>
    public bool Prepare(string config, CancellationToken cancellation) =>
        Prepare(new DesiredCatalogue { Catalogue = Read(config), Version = 0, Failures = [] }, isWhole: true, cancellation);

    /// <summary>
    /// 1. Waits for whoever prepares with the same folders. 2. Bases, adapters, gates: each is fetched where it is elsewhere, and put
    /// below the output where it is not there yet, under the digest of its content. 3. Replaces prepared.json, which is what makes the new catalogue the
    /// current one; what an earlier one names stays, since processes may run on it. Where gates must be trained, and an earlier catalogue is there, the new
    /// one appears first with the earlier gates: by name an expert is served before the gate knows it. 4. Where not all is to be in it at once, what takes
    /// long goes on behind it: adapters of the API's experts from elsewhere, and the training. A candidate for the gates comes behind
    /// all else, always.
    /// </summary>
    /// <param name="wanted">What is to be there. An expert of the API's that can't be prepared is told of, and stays as it was; one of the file's fails it all.</param>
    /// <param name="isWhole">Whether all but a candidate for the gates is waited for; <see cref="More"/> tells of the rest.</param>
    /// <param name="cancellation">Ends the waiting for others, and what is being fetched.</param>
    /// <returns>Whether prepared.json changed.</returns>
    /// <exception cref="CatalogueException">It can't be prepared; what was there stays.</exception>
    public bool Prepare(DesiredCatalogue wanted, bool isWhole, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var catalogue = wanted.Catalogue;
        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // 1.
        using var cacheLock = Take(_cache);
        using var outputLock = Path.GetFullPath(_cache) == Path.GetFullPath(_output) ? null : Take(_output);
        RemoveDrafts();

        // 2.
        using var folders = new CatalogueFolders(_fetcher, _progress, cancellation);
        var publisher = new FolderPublisher(_output, _progress);
        var basePreparer = new BasePreparer(_cache, _use, publisher, _progress);
        var before = Before();
        Dictionary<string, ImportedBase> bases = new(StringComparer.Ordinal);
        foreach (var entry in catalogue.Bases)
        {
            cancellation.ThrowIfCancellationRequested();
            bases.Add(entry.Name, _memory.Base(entry, () => basePreparer.Prepare(folders.Local(entry))));
        }

        List<PreparedEncoder> encoders = [];
        foreach (var entry in catalogue.Encoders)
        {
            cancellation.ThrowIfCancellationRequested();
            encoders.Add(_memory.Encoder(entry, () => EncoderPreparer.Publish(
                entry with { Path = folders.LocalEncoder(entry.Path, $"encoder {entry.Name}: path") }, _cache, _use, publisher, _progress)));
        }

        List<PreparedExpert> experts = [];
        List<ExpertEntry> entries = [];
        List<PreparedFailure> left = [.. wanted.Failures];
        List<string> pending = [];
        foreach (var entry in catalogue.Experts.Where(e => e.Remote is null))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (entry.Problem is { } problem)
                {
                    throw new CatalogueException(problem);
                }

                var (folder, model) = bases[entry.Base];
                experts.Add(Decided(entry, folder, AsPrepared(entry, catalogue.Gates(entry), (place, what) => _memory.Adapter(
                    what, place, entry.Since, folder, () => AdapterPreparer.Prepare(LocalOf(place, what, entry), what, model, publisher, _progress)))));
                entries.Add(entry);
            }
            catch (NotThereYetException)
            {
                pending.Add(entry.Name);
                KeepEarlier(entry);
            }
            catch (Exception error) when (entry.Origin == ExpertOrigin.Api && (error is CatalogueException or IOException or UnauthorizedAccessException))
            {
                left.Add(new PreparedFailure(entry.Name, error.Message.ReplaceLineEndings(" ")));
                KeepEarlier(entry);
            }
        }

        _memory.ForgetTheRest();
        _use.Keep(catalogue.Bases.Select(b => b.Name).Concat(GateStep.Users(wanted)).Append(EncoderPreparer.User).Concat(catalogue.Encoders.Select(e => EncoderPreparer.UserOf(e.Name))).ToHashSet(StringComparer.Ordinal));
        _fetches.Sweep();
        List<ExpertEntry> remotes = [.. catalogue.Experts.Where(e => e.Remote is not null)];
        var served = catalogue with { Experts = [.. entries, .. remotes] };
        var made = new PreparedCatalogue
        {
            Bases = [.. catalogue.Bases.Select(b => new PreparedBase(b.Name, bases[b.Name].Folder, served.HasTokenGate(b.Name)) { Replicas = b.Replicas, MaxReplicas = b.MaxReplicas, Vocabulary = catalogue.Bases.Count > 1 ? bases[b.Name].Vocabulary : null, ToolParser = ToolParserOf(b, bases[b.Name].Model) })],
            Experts = [.. catalogue.Bases.Select(b => AsExpert(b, served)), .. experts],
            Encoders = encoders.Count > 0 ? encoders : null,
            Remotes = remotes.Count > 0 ? [.. remotes.Select(e => AsRemote(e, catalogue.Gates(e)))] : null,
            Rules = catalogue.Rules.Count > 0 ? catalogue.Rules : null,
            DesiredVersion = wanted.Version,
            Failures = left,
            Pending = pending,
        };

        // 3. and 4.
        var models = bases.ToDictionary(b => b.Key, b => b.Value.Model);
        var step = new GateStep(_cache, _output, _memory, _use, _training, publisher, _progress, c => EncoderOf(c, folders), cancellation);
        return step.Save(made, before, served, models, wanted.GateCandidate, isWhole);

        FolderLock Take(string folder) => FolderLock.Take(folder, () => _progress($"waiting for another preparation in {folder}"), cancellation);

        // One that is served goes on with what it had: a mistake in a change takes nobody's expert away.
        void KeepEarlier(ExpertEntry entry)
        {
            string itsBase = bases[entry.Base].Folder.Path;
            if (before?.Experts.FirstOrDefault(e => e.Name == entry.Name && e.Origin == ExpertOrigin.Api && e.Base == entry.Base) is { } earlier
                && before.Bases.Any(b => b.Name == entry.Base && b.Folder.Path == itsBase))
            {
                experts.Add(earlier);
                entries.Add(entry);
            }
        }

        string LocalOf(string place, string what, ExpertEntry entry) => isWhole || entry.Origin != ExpertOrigin.Api || !SourceUri.Is(place)
            ? folders.LocalAdapter(place, what)
            : _fetches.Look(place, what, entry.Since, cancellation) ?? throw new NotThereYetException();
    }

    /// <summary>
    /// Deletes what no catalogue has named for long of the output, and of the cache what nobody has used for as long. Does nothing where somebody else prepares
    /// with these folders now.
    /// </summary>
    /// <param name="files">Of the cache, that are of use beside what was prepared.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">How long it must have been.</param>
    public void Forget(IEnumerable<string> files, DateTimeOffset now, TimeSpan after)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var cacheLock = FolderLock.TryTake(_cache);
        using var outputLock = Path.GetFullPath(_cache) == Path.GetFullPath(_output) ? null : FolderLock.TryTake(_output);
        if (cacheLock is null || (outputLock is null && Path.GetFullPath(_cache) != Path.GetFullPath(_output)))
        {
            return;
        }

        int folders = _disuse.Forget(now, after);
        int entries = _use.Forget(files, now, after);
        if (folders + entries > 0)
        {
            _progress($"deleted what was of no use for {after.TotalHours:0.#} h: {folders} folders of {_output}, {entries} entries of the cache");
        }
    }

    /// <summary>The catalogue that is there; null: none that anybody serves by.</summary>
    private PreparedCatalogue? Before()
    {
        if (!File.Exists(Path.Combine(_output, PreparedCatalogue.FileName)))
        {
            return null;
        }

        try
        {
            return PreparedCatalogue.Load(_output);
        }
        catch (CatalogueException)
        {
            // Damaged, or of another version.
            return null;
        }
    }

    /// <summary>As the gates read it, in the cache; null where they read none.</summary>
    private CachedEncoder? EncoderOf(ExpertCatalogue catalogue, CatalogueFolders folders)
    {
        if (catalogue.Gate.Model is not { } place || !catalogue.Experts.Any(catalogue.Gates))
        {
            return null;
        }

        bool classifies = catalogue.Gate.Classifies;
        string what = $"gate: {GateSection.ModelKey(classifies)}";
        var encoder = _memory.Encoder(place, classifies, () => EncoderPreparer.Prepare(folders.LocalEncoder(place, what), classifies, $"the gate's {GateSection.ModelKey(classifies)}", what, _cache, _progress));
        _use.Mark(EncoderPreparer.User, encoder.Folder);
        return encoder;
    }

    private void Tell() => _more.TrySetResult();

    /// <summary>Of a preparation that was killed.</summary>
    private void RemoveDrafts()
    {
        foreach (string draft in Directory.EnumerateFiles(_output, PreparedCatalogue.DraftPrefix + "*"))
        {
            File.Delete(draft);
        }
    }

    /// <summary>What the operator says, else what the template's marks do; null where neither does.</summary>
    private static string? ToolParserOf(BaseEntry entry, ImportedModel model)
    {
        if (entry.ToolParser is not null)
        {
            return entry.ToolParser;
        }

        // One that can't be used has none; whoever prepares the base says what is wrong with it.
        string found = FoundTemplate.In(model).Template is { } template && template.Reads("tools") ? ToolFormats.Recognise(template.Source) : "";
        return found.Length > 0 ? found : null;
    }

    /// <summary>A base is itself a model that can be asked by name, with as many replicas as its busiest expert.</summary>
    private static PreparedExpert AsExpert(BaseEntry entry, ExpertCatalogue catalogue) => new()
    {
        Name = entry.Name,
        Base = entry.Name,
        Description = "The base alone",
        Replicas = catalogue.Experts.Where(e => e.Base == entry.Name).Select(e => e.Replicas).DefaultIfEmpty(1).Max(),
    };

    /// <summary>A canary that was promoted, or rolled back: by its content, so that another one is not meant.</summary>
    private static PreparedExpert Decided(ExpertEntry entry, PreparedFolder itsBase, PreparedExpert expert)
    {
        if (expert.Canary is not { } canary)
        {
            return expert;
        }

        string revision = Revisions.Of(itsBase, canary.Adapter);
        return revision == entry.Promoted ? expert with { Adapter = canary.Adapter, Rank = canary.Rank, Canary = null }
            : revision == entry.RolledBack ? expert with { Canary = null }
            : expert;
    }

    /// <param name="expert">Of the catalogue.</param>
    /// <param name="isGated">Whether the gate learns it.</param>
    /// <param name="prepare">Prepares the adapter of a place, for whoever is named.</param>
    private static PreparedExpert AsPrepared(ExpertEntry expert, bool isGated, Func<string, string, (PreparedFolder Folder, int Rank)> prepare)
    {
        string what = $"expert {expert.Name}";
        var (adapter, rank) = expert.Adapter is { } place ? prepare(place, what) : default;
        return new()
        {
            Name = expert.Name,
            Base = expert.Base,
            Adapter = adapter,
            Rank = rank,
            Description = expert.Description,
            Gated = isGated,
            Replicas = expert.Replicas,
            MaxReplicas = expert.MaxReplicas,
            Hosts = expert.Hosts,
            Labels = expert.Labels,
            Pinned = expert.Pinned,
            Cost = expert.Cost,
            Origin = expert.Origin,
            Canary = Version(expert.Canary, $"{what}: canary"),
            Shadow = Version(expert.Shadow, $"{what}: shadow"),
        };

        PreparedVersion? Version(VersionEntry? version, string its) =>
            version is not null && prepare(version.Adapter, its) is var (folder, itsRank) ? new PreparedVersion { Adapter = folder, Rank = itsRank, Percent = version.Percent } : null;
    }

    private static PreparedRemote AsRemote(ExpertEntry expert, bool isGated) => new()
    {
        Name = expert.Name,
        Remote = expert.Remote!,
        Description = expert.Description,
        Gated = isGated,
        Labels = expert.Labels,
        Cost = expert.Cost,
    };

    /// <summary>An adapter is on its way.</summary>
    private sealed class NotThereYetException : Exception;
}
