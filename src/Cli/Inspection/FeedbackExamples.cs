using ExpertCluster.Catalogue.Desired;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>What feedback teaches (<see cref="LessonRule"/>), as files of examples.</summary>
internal static class FeedbackExamples
{
    private const string Good = "good";

    /// <summary>A file `NAME.txt` an expert; one that is there is written over.</summary>
    /// <returns>Experts by name, with their numbers of prompts.</returns>
    public static IReadOnlyList<(string Expert, int Prompts)> Write(IEnumerable<FeedbackRecord> feedback, string folder)
    {
        Directory.CreateDirectory(folder);
        List<(string, int)> written = [];
        var lessons = feedback.OrderBy(f => f.AtUnixMs).Select(f => LessonRule.Of(f.Expert, f.Verdict == Good, f.Model, f.Answered, f.Text)).OfType<GateLesson>();
        foreach (var expert in lessons.GroupBy(l => l.Expert, l => l.Text, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string[] prompts = [.. expert.Distinct(StringComparer.Ordinal)];
            File.WriteAllLines(Path.Combine(folder, $"{expert.Key}.txt"), prompts);
            written.Add((expert.Key, prompts.Length));
        }

        return written;
    }
}
