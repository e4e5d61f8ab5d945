using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>
/// Compares a prepared folder with what `prepare` said of it. Links may lead anywhere below the prepared folder, as those of a
/// Kubernetes volume do (<c>..data</c>), as long as all files of one folder end up in one folder.
/// </summary>
internal static class PreparedFolderCheck
{
    /// <summary>How a Kubernetes volume names what its links lead to.</summary>
    private const string VolumeInternals = "..";

    public static string Run(PreparedFolder folder, string what, string below)
    {
        string root = RealPath.Of(folder.Root) ?? throw new CatalogueException($"{what}: the prepared folder is gone");
        string? home = null;
        try
        {
            foreach (var file in folder.Files.Where(f => f.Name.StartsWith(below, StringComparison.Ordinal)))
            {
                string found = Find(folder, file, root, what);
                home ??= found;
                if (found != home)
                {
                    throw Error(what, file.Name, "leads to another folder than the files beside it");
                }

                Compare(file, Path.Combine(home, file.Name), what);
            }

            if (home is null)
            {
                throw new CatalogueException($"{what}: {PreparedCatalogue.FileName} lists no files of it");
            }

            RefuseOthers(folder, home, what, below);
            return home;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException($"{what}: its files can't be read", error);
        }
    }

    /// <returns>The folder that the file really lies in, or rather that its name is relative to.</returns>
    private static string Find(PreparedFolder folder, PreparedFile file, string root, string what)
    {
        string real = RealPath.Of(Path.Combine(root, folder.Path, file.Name)) ?? throw Error(what, file.Name, "is missing");
        if (!RealPath.IsBelow(real, root))
        {
            throw Error(what, file.Name, "is a link that leaves the prepared folder");
        }

        if (!real.EndsWith(Path.DirectorySeparatorChar + file.Name, StringComparison.Ordinal))
        {
            throw Error(what, file.Name, "is a link to a file of another name");
        }

        return real[..^(file.Name.Length + 1)];
    }

    private static void Compare(PreparedFile expected, string path, string what)
    {
        if (!RegularFile.Exists(path))
        {
            throw Error(what, expected.Name, "is no regular file");
        }

        long bytes = new FileInfo(path).Length;
        if (bytes != expected.Bytes)
        {
            throw Error(what, expected.Name, $"has {bytes} bytes instead of {expected.Bytes}");
        }

        if (PreparedFile.Describe(path, expected.Name) != expected)
        {
            throw Error(what, expected.Name, "is not what was prepared, its digest differs");
        }
    }

    /// <summary>A file that nobody listed could be read all the same, as a chat template beside the tokenizer is.</summary>
    private static void RefuseOthers(PreparedFolder folder, string home, string what, string below)
    {
        HashSet<string> known = [.. folder.Files.Select(f => f.Name)];
        HashSet<string> folders = [.. known.SelectMany(FoldersOf)];
        foreach (string name in folders.Where(f => f.StartsWith(below, StringComparison.Ordinal)))
        {
            foreach (var entry in new DirectoryInfo(Path.Combine(home, name)).EnumerateFileSystemInfos())
            {
                string other = name + entry.Name;
                if (!known.Contains(other) && !folders.Contains(other + '/') && !entry.Name.StartsWith(VolumeInternals, StringComparison.Ordinal))
                {
                    throw Error(what, other, "was not prepared");
                }
            }
        }
    }

    /// <summary>Of "token/demo/gate.onnx": "", "token/" and "token/demo/".</summary>
    private static IEnumerable<string> FoldersOf(string file) =>
        file.Select((c, at) => (c, at)).Where(x => x.c == '/').Select(x => file[..(x.at + 1)]).Prepend("");

    private static CatalogueException Error(string what, string file, string problem) =>
        new($"{what}: {file} {problem}; prepare again, or copy the prepared folder anew");
}
