using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Cli.Inspection;

namespace ExpertCluster.Cli.Commands;

/// <summary>`feedback [--json] [--examples DIR]`: what callers said of their answers.</summary>
internal static class FeedbackCommand
{
    private const int LongestText = 60;

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "JSON, with the fields of expertcluster.v1.Admin" };
        Option<DirectoryInfo?> examples = new("--examples") { Description = "Write what teaches the gate into this folder: a file an expert, a prompt a line, as `examples` of the catalogue takes them" };
        Command command = new("feedback", "Shows what callers of a running cluster said of their answers, the newest first.") { json, examples };
        new AddressOptions().Ask(command, async (parsed, admin, stop) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var feedback = await admin.FeedbackAsync(stop);
            if (parsed.GetValue(examples) is { } folder)
            {
                foreach (var (expert, prompts) in FeedbackExamples.Write(feedback, folder.FullName))
                {
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{expert}: {prompts} prompts"));
                }

                return;
            }

            if (parsed.GetValue(json))
            {
                StatusJson.Write(output, "feedback", feedback);
                return;
            }

            var table = new StatusTable(output, "AT", "REQUEST", "VERDICT", "EXPERT", "ANSWERED", "TEXT");
            foreach (var one in feedback)
            {
                table.Add(
                    DateTimeOffset.FromUnixTimeMilliseconds(one.AtUnixMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    one.RequestId,
                    one.Verdict,
                    one.Expert,
                    string.Join(',', one.Answered),
                    LessonRule.LineOf(one.Text) is var text && text.Length > LongestText ? string.Concat(text.AsSpan(0, LongestText), "...") : text);
            }

            table.Write();
        });
        return command;
    }
}
