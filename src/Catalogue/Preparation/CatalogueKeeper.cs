using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>A copy of what the API wanted last lies beside what was prepared, so that a start serves all of it before anybody can be asked.</summary>
/// <param name="config">The catalogue file.</param>
/// <param name="preparer">Does the work.</param>
/// <param name="folders">What the API's experts may be made of.</param>
/// <param name="forgetAfter">How long what nobody needs stays; null: for ever.</param>
/// <param name="time">For that.</param>
public sealed class CatalogueKeeper(string config, CataloguePreparer preparer, SpecFolders folders, TimeSpan? forgetAfter, TimeProvider time) : ICatalogueKeeper
{
    /// <summary>Of what nobody needs: longer than any stream, any router's lag and a weekend.</summary>
    public static readonly TimeSpan UsualForgetAfter = TimeSpan.FromDays(7);

    /// <summary>In the prepared folder; nobody but the keeper reads it.</summary>
    private const string CopyName = ".desired.json";

    private ExpertCatalogue? _file;
    private ExpertCatalogue? _prepared;

    /// <summary>Prepared into the user's cache. The API may name folders below that of the catalogue file.</summary>
    public static CatalogueKeeper Cached(string config, Action<string> progress) =>
        new(config, CataloguePreparer.Cached(config, progress), Folders(config, []), UsualForgetAfter, TimeProvider.System);

    /// <param name="config">The catalogue file.</param>
    /// <param name="adapters">Folders below which the API may name adapters; none: that of the file.</param>
    public static SpecFolders Folders(string config, IReadOnlyList<string> adapters) =>
        new(adapters.Count > 0 ? adapters : [Path.GetDirectoryName(Path.GetFullPath(config))!], Path.Combine(CacheFolder.Root, CacheUse.Examples));

    public string Output => preparer.Output;

    public DesiredState Last()
    {
        string copy = Path.Combine(Output, CopyName);
        try
        {
            return RegularFile.Exists(copy) ? DesiredStateJson.ReadState(RegularFile.ReadAllText(copy, DesiredLimits.Bytes * 4)) : DesiredState.Empty;
        }
        catch (Exception error) when (error is CatalogueException or IOException or UnauthorizedAccessException)
        {
            // Of another version, or damaged: the cluster has the state itself.
            return DesiredState.Empty;
        }
    }

    public void Forget()
    {
        if (forgetAfter is { } after && _prepared is { } prepared)
        {
            preparer.Forget(prepared.Experts.Select(e => e.Examples).OfType<string>(), time.GetUtcNow(), after);
        }
    }

    public Task More => preparer.More;

    public bool Prepare(DesiredState desired, bool isFileNew, CancellationToken cancellation) => Prepare(desired, isFileNew, isWhole: true, cancellation);

    public bool Follow(DesiredState desired, bool isFileNew, CancellationToken cancellation) => Prepare(desired, isFileNew, isWhole: false, cancellation);

    private bool Prepare(DesiredState desired, bool isFileNew, bool isWhole, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var file = isFileNew || _file is null ? preparer.Read(config) : _file;
        var wanted = DesiredCatalogue.Of(file, desired, folders);
        bool changed = preparer.Prepare(wanted, isWhole, cancellation);
        (_file, _prepared) = (file, wanted.Catalogue);
        if (desired.Version > 0 || File.Exists(Path.Combine(Output, CopyName)))
        {
            string draft = Path.Combine(Output, $"{PreparedCatalogue.DraftPrefix}{Guid.NewGuid():N}");
            File.WriteAllText(draft, DesiredStateJson.Write(desired));
            File.Move(draft, Path.Combine(Output, CopyName), overwrite: true);
        }

        return changed;
    }
}
