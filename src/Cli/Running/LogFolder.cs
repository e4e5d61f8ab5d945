using System.Globalization;

namespace ExpertCluster.Cli.Running;

/// <summary>The logs of one cluster, in a folder of its own; folders of clusters that ended are kept for a while.</summary>
internal sealed class LogFolder : IDisposable
{
    /// <summary>Folders that are kept, this one among them, beside those of clusters that run.</summary>
    public const int Kept = 10;

    /// <summary>Held open, exclusively, by who runs the cluster; the system lets go of it when that process dies.</summary>
    private const string InUse = ".in-use";

    private readonly FileStream _inUse;

    private LogFolder(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        _inUse = new FileStream(this[InUse], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes one, named by time and process, and deletes the oldest.</summary>
    /// <param name="root">The folder that has them all.</param>
    /// <param name="time">For the name.</param>
    public static LogFolder Open(string root, TimeProvider time)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd-HHmmss-fff}-{Environment.ProcessId}");
        LogFolder opened = new(System.IO.Path.Combine(root, name));
        DeleteOld(root);
        return opened;
    }

    public void Dispose() => _inUse.Dispose();

    private static void DeleteOld(string root)
    {
        // What lacks the mark is not ours to delete. Names begin with their time, so their order is that of age.
        var old = Directory.EnumerateDirectories(root).Where(folder => File.Exists(System.IO.Path.Combine(folder, InUse)))
            .OrderDescending(StringComparer.Ordinal).Skip(Kept);
        foreach (string folder in old)
        {
            try
            {
                using (new FileStream(System.IO.Path.Combine(folder, InUse), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Its cluster runs, or another one is deleting it.
            }
        }
    }
}
