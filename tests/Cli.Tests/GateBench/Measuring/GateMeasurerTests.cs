using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Cli.Tests.Support;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class GateMeasurerTests
{
    private static readonly BenchField[] Fields = [new("law", "", [], []), new("music", "", [], [])];

    /// <summary>Right; right below the floor; second; and not even that.</summary>
    private static readonly BenchSet Main = new("glosses", SetKind.Field, null,
    [
        new("law:.8 music:.1 general:.1", "law"), new("law:.4 music:.3 general:.3", "law"),
        new("law:.7 music:.3 general:0", "music"), new("law:.6 sport:.4 general:0 music:0", "music"),
    ]);

    [Theory]
    [InlineData("first choice", 0.5)]
    [InlineData("among the first two", 0.75)]
    [InlineData("routed right", 0.25)]
    [InlineData("below the floor", 0.25)]
    public void Measure_Fields_AreSharesOfTheFirstSet(string name, double value) => Assert.Equal(value, Of(name), 12);

    /// <summary>Each alone in its bin: .8 right, .4 right, .7 wrong, .6 wrong.</summary>
    [Fact]
    public void Measure_Calibration_IsThatOfTheLikeliestClass() => Assert.Equal((0.2 + 0.6 + 0.7 + 0.6) / 4, Of("calibration error"), 12);

    /// <summary>The floor lets .5 pass; at 5 % of four lost, the threshold is the least of them, .4.</summary>
    [Fact]
    public void Measure_Nobodys_CountsWhatTheGeneralistGets()
    {
        BenchSet nobodys = new("greetings", SetKind.Nobody, null, [new("law:.5 general:.5", null), new("law:.45 general:.55", null), new("law:.3 general:.7", null)]);

        Assert.Equal(2.0 / 3, Of("greetings: to the generalist", nobodys), 12);
        Assert.Equal(1.0 / 3, Of("greetings: refused at 5 % lost", nobodys), 12);
    }

    /// <summary>Another expert, and one that is no longer routed, are changes; another probability or second is none.</summary>
    [Fact]
    public void Measure_Unchanged_ComparesLineByLine()
    {
        BenchSet typos = new("typos", SetKind.Unchanged, "glosses",
        [
            new("law:.9 sport:.1 general:0", "law"), new("law:.6 general:.4", "law"), new("music:.7 law:.3 general:0", "music"), new("law:.6 general:.4", "music"),
        ]);

        Assert.Equal(0.5, Of("typos: unchanged", typos), 12);
    }

    [Fact]
    public void Measure_AnotherFieldSet_HasItsOwnRows()
    {
        BenchSet other = new("Bible", SetKind.Field, null, [new("law:.4 general:.6", "law"), new("law:.9 general:.1", "law")]);

        Assert.Equal(1, Of("Bible: first choice", other));
        Assert.Equal(0.5, Of("Bible: routed right", other));
    }

    private static double Of(string name, params BenchSet[] others) =>
        new GateMeasurer(new GateBenchmark(Fields, [Main, .. others]), new Figures(new Bootstrap(resamples: 5)))
            .Measure(new FakeGate())
            .Single(f => f.Name == name).Value;
}
