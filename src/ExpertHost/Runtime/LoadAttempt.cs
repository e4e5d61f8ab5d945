using ExpertCluster.Files;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>An opening of a base that is under way.</summary>
internal sealed class LoadAttempt : IDisposable
{
    /// <summary>One that nobody hears of.</summary>
    public static readonly LoadAttempt Unremembered = new(null, "", []);

    private readonly FileStream? _held;
    private readonly string _path;
    private readonly IReadOnlyList<string> _before;

    private LoadAttempt(FileStream? held, string path, IReadOnlyList<string> before) => (_held, _path, _before) = (held, path, before);

    /// <param name="path">Its file, not there yet.</param>
    /// <param name="before">Those of openings that ended their process.</param>
    /// <exception cref="IOException">The file can't be made.</exception>
    public static LoadAttempt Begin(string path, IReadOnlyList<string> before) => new(FileLock.TryTake(path), path, before);

    /// <summary>The base is open: what was noted before counts no more.</summary>
    public void Succeed()
    {
        foreach (string file in _before)
        {
            File.Delete(file);
        }
    }

    /// <summary>The process has outlived it.</summary>
    public void Dispose()
    {
        if (_held is not null)
        {
            // Deleted first: nobody may find it without its lock.
            File.Delete(_path);
            _held.Dispose();
        }
    }
}
