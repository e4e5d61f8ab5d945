using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Puts folders below the one that `prepare` writes. Each is filled beside its place, checked there and then renamed, so that
/// its name is never that of half a folder. For whoever holds the output's lock.
/// </summary>
internal sealed class FolderPublisher
{
    public const string StagePrefix = ".stage-";

    private readonly string _output;
    private readonly Action<string> _progress;
    private readonly HashSet<string> _published = new(StringComparer.Ordinal);

    /// <param name="output">The prepared folder.</param>
    /// <param name="progress">Told of what is made anew.</param>
    public FolderPublisher(string output, Action<string> progress)
    {
        (_output, _progress) = (output, progress);
        foreach (string left in Directory.EnumerateDirectories(output, StagePrefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    /// <summary>Does nothing where the folder is there and whole.</summary>
    /// <param name="folder">What it is to hold.</param>
    /// <param name="what">For messages: "base demo".</param>
    /// <param name="put">Makes a file, given its name and the path that it is to have.</param>
    /// <returns>The same folder, with its place.</returns>
    /// <exception cref="CatalogueException">What was put there is not what the folder is to hold.</exception>
    public PreparedFolder Publish(PreparedFolder folder, string what, Action<string, string> put)
    {
        var placed = folder with { Root = _output };
        if (!_published.Contains(folder.Path) && !IsWhole(placed, what))
        {
            Replace(placed, what, put);
        }

        _published.Add(folder.Path);
        return placed;
    }

    private bool IsWhole(PreparedFolder folder, string what)
    {
        if (!Directory.Exists(folder.Location))
        {
            return false;
        }

        try
        {
            folder.Check(what);
            return true;
        }
        catch (CatalogueException error)
        {
            _progress($"{error.Message}: it is made anew");
            return false;
        }
    }

    private void Replace(PreparedFolder folder, string what, Action<string, string> put)
    {
        string name = StagePrefix + Guid.NewGuid().ToString("N");
        string stage = Path.Combine(_output, name);
        try
        {
            foreach (var file in folder.Files)
            {
                string target = Path.Combine(stage, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                put(file.Name, target);
            }

            (folder with { Path = name }).Check(what);
            Directory.CreateDirectory(Path.GetDirectoryName(folder.Location)!);
            if (Directory.Exists(folder.Location))
            {
                Directory.Move(folder.Location, $"{stage}.old");
            }

            Directory.Move(stage, folder.Location);
        }
        finally
        {
            foreach (string left in ((string[])[stage, $"{stage}.old"]).Where(Directory.Exists))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }
}
