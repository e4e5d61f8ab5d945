namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// What of the cache is of use. Whoever uses an entry marks it with the time, so that several programs can share a cache; what none has marked for long is
/// deleted, and would be made again. A preparation that remembers what it made doesn't look into the cache: so what it used then is marked as long as
/// its catalogue has it.
/// </summary>
internal sealed class CacheUse(string cache)
{
    public const string Bases = "bases";
    public const string Gates = "gates";
    public const string Comparisons = "comparisons";
    public const string Encoders = "encoders";
    public const string Examples = "examples";

    private readonly Dictionary<string, string> _used = new(StringComparer.Ordinal);

    /// <param name="by">Who uses it: a base's name, for instance. What it used before is not of use to it any more.</param>
    /// <param name="entry">A folder of the cache.</param>
    public void Mark(string by, string entry)
    {
        _used[by] = entry;
        Touch(entry, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    /// <summary>Of those that are gone from the catalogue.</summary>
    public void Keep(IReadOnlySet<string> users)
    {
        foreach (string gone in _used.Keys.Where(user => !users.Contains(user)).ToList())
        {
            _used.Remove(gone);
        }
    }

    /// <param name="also">Files and folders that are of use beside what was marked.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">How long an entry must have been of no use.</param>
    /// <returns>How many went.</returns>
    public int Forget(IEnumerable<string> also, DateTimeOffset now, TimeSpan after)
    {
        HashSet<string> used = [.. _used.Values.Concat(also).Select(Path.GetFullPath)];
        foreach (string entry in used.Where(entry => entry.StartsWith(Path.GetFullPath(cache) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            Touch(entry, now.UtcDateTime);
        }

        int gone = 0;
        foreach (var entry in ((string[])[Bases, Gates, Comparisons, Encoders, Examples]).Select(kind => new DirectoryInfo(Path.Combine(cache, kind))).Where(kind => kind.Exists)
            .SelectMany(kind => kind.EnumerateFileSystemInfos())
            .Where(entry => !entry.Name.StartsWith('.') && !used.Contains(entry.FullName) && now.UtcDateTime - entry.LastWriteTimeUtc >= after))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }

            gone++;
        }

        return gone;
    }

    private static void Touch(string entry, DateTime time)
    {
        try
        {
            // As of a file: both are an inode's time.
            File.SetLastWriteTimeUtc(entry, time);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone, or another user's: it is made again, or stays.
        }
    }
}
