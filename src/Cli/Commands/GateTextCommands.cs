using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.Inspection;
using ExpertCluster.Files;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Commands;

/// <summary>`gate diff [FILE]` and `gate eval [FILE]`: what the gate that plans and the candidate for its place say of texts.</summary>
internal static class GateTextCommands
{
    private const int LongestText = 60;

    /// <summary>Of a file: enough to tell gates apart, and a minute's work.</summary>
    private const int MostTexts = 20_000;

    public static Command Diff()
    {
        Argument<FileInfo?> file = new("FILE") { Description = "Texts, one a line; default: those of the feedback", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("diff", "Shows the texts that the candidate would give to another expert.") { file };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            string[] texts = parsed.GetValue(file) is { } given ? LinesOf(given)
                : [.. (await admin.FeedbackAsync(stop)).Select(f => LessonRule.LineOf(f.Text)).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)];
            var differences = texts.Length == 0 ? [] : await admin.DiffGatesAsync(texts, stop);
            var changed = texts.Zip(differences).Where(t => t.Second.Stable != t.Second.Candidate).ToList();
            if (changed.Count > 0)
            {
                var table = new StatusTable(output, "GATE", "CANDIDATE", "TEXT");
                foreach (var (text, difference) in changed)
                {
                    table.Add(Shown(difference.Stable, difference.StableScores), Shown(difference.Candidate, difference.CandidateScores), Shortened(text));
                }

                table.Write();
            }

            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{changed.Count} of {texts.Length} texts go to another expert"));
        });
        return command;
    }

    public static Command Eval()
    {
        Argument<FileInfo?> file = new("FILE") { Description = "Lines of an expert, a tab and a text of its field; default: what the cluster has measured", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("eval", "Shows how often the gate and the candidate for its place choose right.") { file };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(file) is not { } given)
            {
                GateTable.Write(output, await admin.GateAsync(stop));
                return;
            }

            var (experts, texts) = Labelled(given);
            var differences = await admin.DiffGatesAsync(texts, stop);
            double[] stable = [.. experts.Zip(differences, (expert, d) => d.Stable == expert ? 1.0 : 0)];
            double[] candidate = [.. experts.Zip(differences, (expert, d) => d.Candidate == expert ? 1.0 : 0)];
            var table = new StatusTable(output, "GATE", "TEXTS", "RIGHT", "SHARE", "95%");
            table.Add(["gate", .. Row(stable)]);
            table.Add(["candidate", .. Row(candidate)]);
            table.Add(["difference", .. Row([.. candidate.Zip(stable, (c, s) => c - s)])]);
            table.Write();
        });
        return command;
    }

    private static string[] Row(double[] values)
    {
        var (low, high) = new Bootstrap().Interval(values.Length, chosen => MeanOf(values, chosen));
        return
        [
            values.Length.ToString(CultureInfo.InvariantCulture),
            values.Sum().ToString("0", CultureInfo.InvariantCulture),
            values.Average().ToString("0.000", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{low:0.000}..{high:0.000}"),
        ];
    }

    private static double MeanOf(double[] values, ReadOnlySpan<int> chosen)
    {
        double sum = 0;
        foreach (int i in chosen)
        {
            sum += values[i];
        }

        return sum / chosen.Length;
    }

    private static (string[] Experts, string[] Texts) Labelled(FileInfo file)
    {
        string[] lines = LinesOf(file);
        string[][] parts = [.. lines.Select(line => line.Split('\t', 2))];
        int wrong = Array.FindIndex(parts, p => p.Length < 2 || p[0].Length == 0 || string.IsNullOrWhiteSpace(p[1]));
        return wrong >= 0 ? throw new ClusterCallException($"{file.FullName}: the line '{Shortened(lines[wrong])}' is not an expert, a tab and a text")
            : parts.Length == 0 ? throw new ClusterCallException($"{file.FullName} has no lines")
            : ([.. parts.Select(p => p[0])], [.. parts.Select(p => p[1])]);
    }

    private static string[] LinesOf(FileInfo file)
    {
        if (!Path.Exists(file.FullName))
        {
            throw new ClusterCallException($"there is no file {file.FullName}");
        }

        string[] lines = [.. RegularFile.ReadLines(file.FullName).Where(line => !string.IsNullOrWhiteSpace(line)).Take(MostTexts + 1)];
        return lines.Length > MostTexts ? throw new ClusterCallException($"{file.FullName} has more than {MostTexts} lines")
            : Array.Find(lines, line => line.Length > DesiredLimits.LessonLength) is not null ? throw new ClusterCallException($"{file.FullName} has a line of more than {DesiredLimits.LessonLength} characters")
            : lines;
    }

    private static string Shown(string choice, IEnumerable<GateScore> scores) =>
        string.Create(CultureInfo.InvariantCulture, $"{choice}({scores.FirstOrDefault(s => s.Name == choice)?.Probability ?? 0:0.00})");

    private static string Shortened(string text) => text.Length > LongestText ? string.Concat(text.AsSpan(0, LongestText), "...") : text;
}
