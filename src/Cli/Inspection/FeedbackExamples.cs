using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>
/// What feedback teaches: a text belongs to whom its caller named, and where he named nobody and liked the answer, to whom the gate chose first. The others say who
/// is wrong, not who is right.
/// </summary>
internal static class FeedbackExamples
{
    private const string Auto = "auto";
    private const string Good = "good";

    /// <summary>A file `NAME.txt` an expert; one that is there is written over.</summary>
    /// <returns>Experts by name, with their numbers of prompts.</returns>
    public static IReadOnlyList<(string Expert, int Prompts)> Write(IEnumerable<FeedbackRecord> feedback, string folder)
    {
        Directory.CreateDirectory(folder);
        List<(string, int)> written = [];
        foreach (var expert in feedback.Where(f => f.Text.Length > 0 && ExpertOf(f) is not null).GroupBy(f => ExpertOf(f)!).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string[] prompts = [.. expert.OrderBy(f => f.AtUnixMs).Select(f => LineOf(f.Text)).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal)];
            File.WriteAllLines(Path.Combine(folder, $"{expert.Key}.txt"), prompts);
            written.Add((expert.Key, prompts.Length));
        }

        return written;
    }

    /// <summary>In one line, without tabs: what follows a tab is an answer.</summary>
    public static string LineOf(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string? ExpertOf(FeedbackRecord record) =>
        record.Expert.Length > 0 ? record.Expert : record.Verdict == Good && record.Model == Auto ? record.Answered.FirstOrDefault() : null;
}
