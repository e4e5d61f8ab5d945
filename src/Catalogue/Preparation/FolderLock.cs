using ExpertCluster.Catalogue.Store;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Held by the one `prepare` that writes into a folder; another waits, and then finds the work done. The system gives it up
/// with the process, so that what a killed one left can be told from what another is writing.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = ".prepare.lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <param name="folder">Made where it is not there yet.</param>
    /// <param name="waiting">Called once where somebody else holds it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static FolderLock Take(string folder, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        if (File.Exists(path) && !RegularFile.Exists(path))
        {
            throw new CatalogueException($"{path} is no regular file");
        }

        for (bool told = false; ; told = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (FileLock.TryTake(path) is { } file)
            {
                return new FolderLock(file);
            }

            if (!told)
            {
                waiting();
            }

            cancellation.WaitHandle.WaitOne(Pause);
        }
    }

    /// <returns>Null where somebody else holds it, or there is no such folder.</returns>
    public static FolderLock? TryTake(string folder) =>
        Directory.Exists(folder) && FileLock.TryTake(Path.Combine(folder, FileName)) is { } file ? new FolderLock(file) : null;

    public void Dispose() => _file.Dispose();
}
