using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>What a list of files must be before a name or a number of it is believed.</summary>
internal static class ListingRules
{
    private const int LongestName = 512;
    private const int MostParts = 16;
    private const int LongestShown = 100;

    /// <summary>Whether a name stays below the folder that it is put in, on any system.</summary>
    public static bool IsContained(string name) =>
        name.Length is > 0 and <= LongestName
        && !name.Any(c => c is '\\' or ':' || char.IsControl(c) || char.IsSurrogate(c))
        && name.Split('/') is { Length: <= MostParts } parts
        && parts.All(part => part is not ("" or "." or ".."));

    /// <exception cref="ContentException">A name leads elsewhere or stands twice, there are too many files, or too many bytes.</exception>
    public static void Check(string uri, IReadOnlyList<ContentEntry> files, SourceOptions options, long storeBytes)
    {
        if (files.Count == 0)
        {
            throw new ContentException($"{uri}: there are no files there that are of use");
        }

        if (files.Count > options.MaxFiles)
        {
            throw new ContentException($"{uri}: there are {files.Count} files; at most {options.MaxFiles} are taken ({SourceEnvironment.MaxFiles})");
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string name in files.Select(f => f.Name))
        {
            if (!IsContained(name))
            {
                throw new ContentException($"{uri}: the source lists '{Shown(name)}', which is no name of a file below a folder");
            }

            if (!names.Add(name))
            {
                throw new ContentException($"{uri}: the source lists {name} twice");
            }
        }

        if (names.FirstOrDefault(name => FoldersOf(name).Any(names.Contains)) is { } inside)
        {
            throw new ContentException($"{uri}: the source lists {inside}, and one of its folders as a file");
        }

        CheckSizes(uri, files, options, storeBytes);
    }

    private static void CheckSizes(string uri, IReadOnlyList<ContentEntry> files, SourceOptions options, long storeBytes)
    {
        // Decimal: no sum of 64-bit sizes overflows it.
        decimal total = files.Sum(f => (decimal)(f.Ask.Bytes ?? 0));
        if (files.Any(f => f.Ask.Bytes < 0) || total > options.MaxBytes)
        {
            throw new ContentException($"{uri}: the files have {total} bytes; at most {options.MaxBytes} are taken ({SourceEnvironment.MaxBytes})");
        }

        if (total > storeBytes)
        {
            throw new ContentException($"{uri}: the files have {total} bytes; the model store may hold {storeBytes} ({ModelStoreOptions.MaxBytesVariable})");
        }
    }

    private static IEnumerable<string> FoldersOf(string name) =>
        name.Select((c, at) => (c, at)).Where(x => x.c == '/').Select(x => name[..x.at]);

    private static string Shown(string name) =>
        new([.. name.Take(LongestShown).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
