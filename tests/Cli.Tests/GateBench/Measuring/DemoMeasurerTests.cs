using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.GateBench.Contenders;
using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Cli.Tests.Support;

namespace ExpertCluster.Cli.Tests.GateBench.Measuring;

public sealed class DemoMeasurerTests
{
    [Theory]
    [InlineData("law:.6 general:.4", 1, "law")]
    [InlineData("law:.4 general:.6", 0, "law")]
    [InlineData("law:.4 general:.6", 1, "general")]
    [InlineData("law:.6 general:.4", 0, "general")]
    [InlineData("law:.6 music:.4 general:0", 1, "law", "music")]
    [InlineData("law:.6 music:.4 general:0", 1, "music", "law")]
    [InlineData("law:.4 music:.3 general:.3", 0, "music", "law")]
    [InlineData("law:.6 sport:.3 music:.1 general:0", 0, "law", "music")]
    public void Measure_ACase_IsRightWhereItsFieldsAreChosen(string prompt, double right, params string[] domains)
    {
        Lesson lesson = new([new LessonField("law"), new LessonField("music"), new LessonField("general") { IsGeneralist = true }]);
        DemoSets demo = new(lesson, [("set", [new EvalCase(prompt, "", domains)])]);

        var figures = new DemoMeasurer(demo, null, new Figures(new Bootstrap(resamples: 5))).Measure(new FakeGate());

        Assert.Equal(("set", right), (figures.Single().Name, figures.Single().Value));
    }
}
