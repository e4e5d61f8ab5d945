namespace ExpertCluster.Architecture.Tests;

/// <summary>The allow list of long files.</summary>
internal static class LongFileList
{
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                continue;
            }

            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            reasons.Add(colon < 0 ? line : line[..colon], colon < 0 ? "" : line[(colon + 2)..].Trim());
        }

        return reasons;
    }

    /// <summary>What is wrong: long without a reason, a reason without need, an entry without words.</summary>
    public static IEnumerable<string> Check(IReadOnlyDictionary<string, int> lines, IReadOnlyDictionary<string, string> reasons)
    {
        foreach (var (path, count) in lines)
        {
            if (count > SourceRules.LongFile && !reasons.ContainsKey(path))
            {
                yield return $"{path} has {count} lines, over {SourceRules.LongFile}: split it, or give the reason in LongFiles.txt.";
            }
        }

        foreach (var (path, reason) in reasons)
        {
            if (!lines.TryGetValue(path, out int count) || count <= SourceRules.LongFile)
            {
                yield return $"LongFiles.txt lists {path}, which is gone or short enough: remove the line.";
            }
            else if (reason.Length == 0)
            {
                yield return $"LongFiles.txt lists {path} without a reason ('path: reason').";
            }
        }
    }
}
