using System.Globalization;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>The commands that measure merges, on a few texts each: the tables are there, and say what is known beforehand.</summary>
public sealed class EvalTests
{
    [Fact(Timeout = 300_000)]
    public async Task EvalText_RealZoo_TheRightExpertForetellsItsFieldBetterThanTheBase()
    {
        using var folder = new TemporaryFolder();
        var run = await ProgramRun.ToEndAsync(
            "Cli", [("EXPERTCLUSTER_CACHE", folder["cache"])], "eval", "text", "--config", RepositoryRoot.Combine("models", "real", "experts.yaml"), "--hosts", "1", "--limit", "10");

        Assert.True(run.Code == 0, run.Errors);
        double[] alone = Row(run.Output, "base alone");
        double[] right = Row(run.Output, "right expert");
        double[] wrong = Row(run.Output, "religion alone");
        Assert.True(right[0] < alone[0] && alone[0] < wrong[0], $"{right[0]}, {alone[0]}, {wrong[0]}");
        Assert.True(Row(run.Output, "`ensemble` of 6, token scope")[1] < alone[1]);
        Assert.Contains("| religion |", run.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task EvalCascade_Demo_TellsWhatIsDoubted()
    {
        using var folder = new TemporaryFolder();
        var run = await ProgramRun.ToEndAsync("Cli", [("EXPERTCLUSTER_CACHE", folder["cache"])], "eval", "cascade", "--hosts", "1", "--limit", "20", "--sets", "single", "general");

        Assert.True(run.Code == 0, run.Errors);
        Assert.Contains("general drafts, auto is asked behind it; sets single, general.", run.Output, StringComparison.Ordinal);
        Assert.InRange(double.Parse(run.Output.Split('\n').First(l => l.StartsWith("| margin |", StringComparison.Ordinal)).Split('|')[2], CultureInfo.InvariantCulture), 0.8, 1);
    }

    /// <summary>Perplexities of a way, by set.</summary>
    private static double[] Row(string table, string name) =>
    [
        .. table.Split('\n').First(l => l.StartsWith($"| {name} |", StringComparison.Ordinal)).Split('|')[2..^1]
            .Select(c => c.Trim().Split(' ')[0]).Where(c => c.Length > 0).Select(c => double.Parse(c, CultureInfo.InvariantCulture)),
    ];
}
