using ExpertCluster.Files;

namespace ExpertCluster.Cli.GateBench.Reports;

/// <summary>The part of a document that a command writes, between two lines that say so; all else is left as it is.</summary>
internal static class MarkedText
{
    public const string Gate = "eval gate";
    private const int MaxBytes = 4 << 20;

    /// <param name="file">The document.</param>
    /// <param name="text">What stands there from now on.</param>
    /// <param name="command">Which writes it.</param>
    /// <exception cref="InvalidDataException">The document has not each of the lines once, in order.</exception>
    public static void Rewrite(string file, string text, string command) => File.WriteAllText(file, Replace(Read(file), text, file, command));

    /// <summary>Finds out, before anything is measured, whether there is a place to write to.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static void Check(string file, string command) => Replace(Read(file), "", file, command);

    internal static string BeginOf(string command) => $"<!-- made by `./cluster {command}`: begin -->";

    internal static string EndOf(string command) => $"<!-- made by `./cluster {command}`: end -->";

    internal static string Replace(string document, string text, string file, string command)
    {
        string from = BeginOf(command);
        string to = EndOf(command);
        int begin = document.IndexOf(from, StringComparison.Ordinal);
        int end = document.IndexOf(to, StringComparison.Ordinal);
        return begin >= 0 && end > begin && document.IndexOf(from, begin + 1, StringComparison.Ordinal) < 0
            ? $"{document[..(begin + from.Length)]}\n\n{text}\n{document[end..]}"
            : throw new InvalidDataException($"{file} has no place for the tables: one line \"{from}\", and one \"{to}\" after it");
    }

    private static string Read(string file) => RegularFile.ReadAllText(file, MaxBytes);
}
