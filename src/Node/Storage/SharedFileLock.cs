namespace ExpertCluster.Node.Storage;

/// <summary>
/// A file that processes of one machine share, held by one of them at a time through a second file beside it. The system lets go of it when the process dies.
/// </summary>
internal static class SharedFileLock
{
    /// <summary>Others hold it for a millisecond; a process that is frozen with it holds up the rest no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <returns>Lets go when disposed of.</returns>
    /// <exception cref="IOException">Somebody holds it too long.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException) && time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }
}
