namespace ExpertCluster.Files;

/// <summary>Where a path really leads: every link on the way is followed, not the last one alone.</summary>
public static class RealPath
{
    /// <summary>As the kernel: more links than this are a circle.</summary>
    private const int MostLinks = 40;

    /// <returns>An absolute path without a link in it; null where the path leads nowhere.</returns>
    public static string? Of(string path)
    {
        string full = Path.GetFullPath(path);
        string start = Path.GetPathRoot(full)!;
        string real = start;
        Stack<string> rest = new();
        Push(full[start.Length..]);
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? start;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                if (++links > MostLinks)
                {
                    return null;
                }

                real = Path.IsPathRooted(target) ? start : real;
                Push(Path.IsPathRooted(target) ? target[start.Length..] : target);
            }
            else if (Path.Exists(next))
            {
                real = next;
            }
            else
            {
                return null;
            }
        }

        return real;

        void Push(string parts)
        {
            foreach (string part in parts.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                if (part != ".")
                {
                    rest.Push(part);
                }
            }
        }
    }

    /// <summary>Whether a real path lies below a real folder.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
