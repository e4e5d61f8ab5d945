namespace ExpertCluster.Gating.Artefacts;

/// <summary>Fills a folder beside its place and then renames it, so that nobody reads half of it.</summary>
internal static class AtomicFolder
{
    public static void Write(string target, Action<string> fill)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException($"{target} can't be replaced.", nameof(target));
        Directory.CreateDirectory(parent);
        string stage = $"{target}.{Guid.NewGuid():N}.new";
        string old = $"{target}.{Guid.NewGuid():N}.old";
        try
        {
            Directory.CreateDirectory(stage);
            fill(stage);
            if (Directory.Exists(target))
            {
                Directory.Move(target, old);
            }

            Directory.Move(stage, target);
        }
        finally
        {
            if (Directory.Exists(stage))
            {
                Directory.Delete(stage, true);
            }

            if (Directory.Exists(target) && Directory.Exists(old))
            {
                Directory.Delete(old, true);
            }
            else if (Directory.Exists(old))
            {
                Directory.Move(old, target);
            }
        }
    }
}
