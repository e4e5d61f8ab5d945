namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Held by the one `prepare` that writes into a folder; another waits, and then finds the work done. The system gives it up
/// with the process, so that what a killed one left can be told from what another is writing.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string FileName = ".prepare.lock";

    // EWOULDBLOCK: what flock says of a file that another process holds.
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;

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
        if (File.Exists(path) && !FileKind.IsRegular(path))
        {
            throw new CatalogueException($"{path} is no regular file");
        }

        for (bool told = false; ; told = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryOpen(path) is { } file)
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

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.HResult is LinuxWouldBlock or BsdWouldBlock)
        {
            return null;
        }
    }
}
