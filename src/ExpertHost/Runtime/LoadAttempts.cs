using ExpertCluster.Catalogue;
using ExpertCluster.Files;
using ExpertCluster.Node.Options;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Remembers across processes which bases and encoders this host's predecessors were opening when they ended: one that takes its process down (more memory than there is, a fault
/// in native code) is not opened again and again, while the host's other bases wait. A file for each opening that is under way, locked by the process that makes it,
/// so that the system itself tells of a process that is gone.
/// </summary>
internal sealed partial class LoadAttempts(NodeOptions node, TimeProvider time, ILogger<LoadAttempts> log)
{
    /// <summary>Openings in a row that ended their process. Fewer may be somebody's doing, who stops processes.</summary>
    public const int Most = 3;

    /// <summary>From the last of them on; then one more is made.</summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromMinutes(10);

    private readonly string _folder = Path.Combine(node.StatePath, "loading");

    /// <param name="what">Is opened, for messages: "base demo".</param>
    /// <param name="revision">Of its content.</param>
    /// <returns>The opening, to be disposed when it has ended, well or not.</returns>
    /// <exception cref="CatalogueException">It has ended its process too often of late.</exception>
    public LoadAttempt Begin(string what, string revision)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            var ended = Ended(revision);
            if (ended.Count >= Most && File.GetLastWriteTimeUtc(ended[0]) is var last && time.GetUtcNow() - last < RefusalTime)
            {
                throw new CatalogueException(
                    $"{what} is not opened: each of its last {ended.Count} openings here ended the whole process, the latest at {last:yyyy-MM-dd HH:mm:ss} UTC; it is tried again {RefusalTime.TotalMinutes:0} minutes after that");
            }

            return LoadAttempt.Begin(Path.Combine(_folder, $"{revision}.{Guid.NewGuid():N}"), ended);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It can be opened without that.
            LogUnremembered(log, what, error.Message);
            return LoadAttempt.Unremembered;
        }
    }

    /// <summary>Files of openings whose process is gone, the latest first. Of those before the latest no more are kept than count.</summary>
    private List<string> Ended(string revision)
    {
        List<string> ended = [];
        foreach (string file in Directory.EnumerateFiles(_folder, $"{revision}.*"))
        {
            if (FileLock.TryTake(file) is { } gone)
            {
                gone.Dispose();
                ended.Add(file);
            }
        }

        ended.Sort((a, b) => File.GetLastWriteTimeUtc(b).CompareTo(File.GetLastWriteTimeUtc(a)));
        ended.Skip(Most).ToList().ForEach(File.Delete);
        return ended.Take(Most).ToList();
    }

    [LoggerMessage(2204, LogLevel.Warning, "That {What} is being opened can't be noted down: {Reason}")]
    private static partial void LogUnremembered(ILogger log, string what, string reason);
}
