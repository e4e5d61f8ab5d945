using System.Globalization;
using ExpertCluster.Cli.Evaluation.Cascades;

namespace ExpertCluster.Cli.Tests.Evaluation.Cascades;

public sealed class CascadeReportTests
{
    [Fact]
    public void Fit_FindsTheCurveThatMadeTheSamples()
    {
        var random = new Random(3);
        List<(double, bool)> samples = [];
        for (int i = 0; i < 20_000; i++)
        {
            double seen = random.NextDouble();
            samples.Add((seen, random.NextDouble() < 1 / (1 + Math.Exp(3 - (6 * seen)))));
        }

        var fit = LogisticFit.Of(samples);

        Assert.InRange(fit.Intercept, -3.2, -2.8);
        Assert.InRange(fit.Slope, 5.7, 6.3);
        Assert.Equal(0.5, new LogisticFit(-3, 6).At(0.5), 9);
    }

    [Fact]
    public void Fit_OfWhatTellsWithoutAMiss_IsFinite() =>
        Assert.True(double.IsFinite(LogisticFit.Of([(0, false), (0.1, false), (0.9, true), (1, true)]).Slope));

    [Fact]
    public void Report_DoubtThatTellsAll_SavesWhatTheSmallOneKnows()
    {
        // Half of the prompts the small one knows; of the others it begins rightly with a quarter.
        CascadeTrial[] trials = [.. Enumerable.Range(0, 40).Select(i => new CascadeTrial(new Dictionary<string, double> { ["margin"] = i % 2 == 0 ? 0.1 : 0.9 }, i % 2 == 0, true, 8, i % 2 == 0 ? 8 : 2))];

        string[] row = Row(trials, "margin");

        Assert.Equal("1.000", row[2]);
        Assert.Equal(["0.500", "0.625", "0.500"], row[6..9]);
    }

    [Fact]
    public void Report_DoubtThatTellsNothing_SavesNothing()
    {
        CascadeTrial[] trials = [.. Enumerable.Range(0, 40).Select(i => new CascadeTrial(new Dictionary<string, double>(), i % 2 == 0, true, 8, 4))];

        string[] row = Row(trials, "margin");

        Assert.Equal("0.500", row[2]);
        Assert.Equal(["0.000", "0.500", "0.000"], row[6..9]);
    }

    [Fact]
    public void Report_RiskGrowsWithCoverage()
    {
        CascadeTrial[] trials = [.. Enumerable.Range(0, 100).Select(i => new CascadeTrial(new Dictionary<string, double> { ["margin"] = i / 100.0 }, i < 50, true, 1, 0))];
        string risk = CascadeReport.Write(trials, ["margin"]).Split('\n').Last(l => l.StartsWith("| margin", StringComparison.Ordinal));

        double[] risks = [.. risk.Split('|')[2..^1].Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
        Assert.Equal(0, risks[4]);
        Assert.Equal(0.5, risks[^1]);
        Assert.Equal(risks.Order(), risks);
    }

    private static string[] Row(CascadeTrial[] trials, string signal) =>
        [.. CascadeReport.Write(trials, [signal]).Split('\n').First(l => l.StartsWith($"| {signal} |", StringComparison.Ordinal)).Split('|').Select(c => c.Trim())];
}
