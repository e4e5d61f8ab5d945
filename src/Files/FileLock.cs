namespace ExpertCluster.Files;

/// <summary>
/// Locks that the system gives up with the process (flock), so that none outlives its holder. A path that is deleted while somebody
/// waits for it would be two locks: whoever deletes one does it behind a lock that stays.
/// </summary>
public static class FileLock
{
    // EWOULDBLOCK: what flock says of a file that another process holds.
    private const int LinuxWouldBlock = 11;
    private const int BsdWouldBlock = 35;

    /// <returns>The lock, for disposal; null while somebody else holds it, shared or not.</returns>
    public static FileStream? TryTake(string path)
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

    /// <summary>With any number of others who share it; made where it is not there.</summary>
    /// <exception cref="IOException">Somebody holds it alone.</exception>
    public static FileStream Share(string path)
    {
#pragma warning disable RS0030 // It is made where it is not there, and lies in a folder that the store alone writes.
        return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
#pragma warning restore RS0030
    }
}
