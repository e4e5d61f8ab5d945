using ExpertCluster.Files;

namespace ExpertCluster.Cli.GateBench.Reports;

/// <summary>The part of a document that a command writes, between two lines that say so; all else is left as it is.</summary>
internal static class MarkedText
{
    public const string Begin = "<!-- made by `./cluster eval gate`: begin -->";
    public const string End = "<!-- made by `./cluster eval gate`: end -->";
    private const int MaxBytes = 4 << 20;

    /// <exception cref="InvalidDataException">The document has not each of the lines once, in order.</exception>
    public static void Rewrite(string file, string text) => File.WriteAllText(file, Replace(Read(file), text, file));

    /// <summary>Finds out, before anything is measured, whether there is a place to write to.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static void Check(string file) => Replace(Read(file), "", file);

    internal static string Replace(string document, string text, string file)
    {
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin && document.IndexOf(Begin, begin + 1, StringComparison.Ordinal) < 0
            ? $"{document[..(begin + Begin.Length)]}\n\n{text}\n{document[end..]}"
            : throw new InvalidDataException($"{file} has no place for the tables: one line \"{Begin}\", and one \"{End}\" after it");
    }

    private static string Read(string file) => RegularFile.ReadAllText(file, MaxBytes);
}
