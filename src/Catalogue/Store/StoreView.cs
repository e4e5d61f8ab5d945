using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Store;

/// <summary>
/// A folder in which files of the store have names, as hard links; copies where there can be none. It goes with its holder, or when
/// somebody finds that the holder died.
/// </summary>
public sealed class StoreView : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly List<StoredFile> _files = [];
    private readonly ModelStoreOptions _options;
    private readonly FileStream _lock;

    private StoreView(ModelStoreOptions options, string path, FileStream alone) => (_options, Path, _lock) = (options, path, alone);

    /// <summary>Absolute; to be read only.</summary>
    public string Path { get; }

    /// <param name="name">Relative, with '/' between its parts, and checked by whoever got it from elsewhere.</param>
    /// <param name="file">The view's own from now on.</param>
    /// <exception cref="ContentException">There is no room for it.</exception>
    public void Add(string name, StoredFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _files.Add(file);
        string target = System.IO.Path.Combine(Path, name);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            HardLink.OrCopy(file.Path, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreTrouble.Explain(_options, name, error);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        File.Delete(Path + LockSuffix);
        _lock.Dispose();
        _files.ForEach(file => file.Dispose());
    }

    internal static StoreView Open(ModelStoreOptions options, StoreLayout layout, StoreGate gate, CancellationToken cancellation)
    {
        try
        {
            using var entered = gate.Enter(cancellation);
            foreach (string left in Directory.GetFiles(layout.Views, "*" + LockSuffix))
            {
                if (FileLock.TryTake(left) is { } alone)
                {
                    new StoreView(options, left[..^LockSuffix.Length], alone).Dispose();
                }
            }

            string path = Directory.CreateDirectory(System.IO.Path.Combine(layout.Views, Guid.NewGuid().ToString("N"))).FullName;
            return new StoreView(options, path, FileLock.TryTake(path + LockSuffix)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StoreTrouble.Explain(options, "a folder for what is fetched", error);
        }
    }
}
