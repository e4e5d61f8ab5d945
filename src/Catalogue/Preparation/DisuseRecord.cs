using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Since when things have been of no use, in a file beside them, so that a start doesn't begin to count anew. One that can't be read begins anew.</summary>
internal sealed class DisuseRecord(string file)
{
    /// <summary>Of some hundred thousand names.</summary>
    private const int LargestFile = 64 << 20;

    /// <summary>Notes what is of no use now, and forgets what is again.</summary>
    /// <param name="unused">All that is of no use now.</param>
    /// <param name="now">The time.</param>
    /// <param name="after">How long it must have been.</param>
    /// <returns>Those that have been for so long.</returns>
    public IReadOnlyList<string> Overdue(IReadOnlyCollection<string> unused, DateTimeOffset now, TimeSpan after)
    {
        var before = Read();

        // A clock that was set back must not make a thing older than it is.
        var since = unused.ToDictionary(name => name, name => before.TryGetValue(name, out long at) && at <= now.ToUnixTimeSeconds() ? at : now.ToUnixTimeSeconds(), StringComparer.Ordinal);
        string[] overdue = [.. unused.Where(name => now - DateTimeOffset.FromUnixTimeSeconds(since[name]) >= after)];
        foreach (string name in overdue)
        {
            since.Remove(name);
        }

        if (since.Count != before.Count || since.Any(entry => !before.TryGetValue(entry.Key, out long at) || at != entry.Value))
        {
            string draft = $"{file}.{Guid.NewGuid():N}";
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(since));
            File.Move(draft, file, overwrite: true);
        }

        return overdue;
    }

    private Dictionary<string, long> Read()
    {
        try
        {
            return RegularFile.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, long>>(RegularFile.ReadAllBytes(file, LargestFile)) ?? [] : [];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
