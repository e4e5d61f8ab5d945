using System.Globalization;
using ExpertCluster.Cli.GateBench.Contenders;
using ExpertCluster.Cli.GateBench.Measuring;
using ExpertCluster.Cli.GateBench.Reports;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench;

/// <summary>Teaches every contender every lesson, measures it, and writes the tables.</summary>
internal sealed class GateBenchmarkRun(IReadOnlyList<IGateContender> contenders, Action<string> progress)
{
    private readonly Figures _figures = new(new Bootstrap());

    /// <summary>A table a lesson, in Markdown, each as soon as it is done.</summary>
    public IEnumerable<string> Tables(GateBenchmark benchmark, DemoSets? demo, CancellationToken cancellation)
    {
        GateMeasurer measurer = new(benchmark, _figures);
        foreach (var (title, lesson) in benchmark.Lessons)
        {
            yield return Section(title, lesson, measurer.Measure, cancellation);
        }

        if (demo is not null)
        {
            DemoMeasurer ofDemo = new(demo, benchmark.Sets.FirstOrDefault(s => s.Name == "greetings"), _figures);
            yield return Section("The demo's own sets", demo.Lesson, ofDemo.Measure, cancellation);
        }
    }

    private string Section(string title, Lesson lesson, Func<IRequestGate, IReadOnlyList<Figure>> measure, CancellationToken cancellation)
    {
        List<MeasuredContender> measured = [];
        foreach (var contender in contenders)
        {
            cancellation.ThrowIfCancellationRequested();
            progress(string.Create(CultureInfo.InvariantCulture, $"{title}: {contender.Name}"));
            var gate = contender.Teach(lesson);
            using var held = gate as IDisposable;
            if (gate is not null)
            {
                measured.Add(new MeasuredContender(contender.Name, contender.IsBlind, measure(gate)));
            }
        }

        return $"### {title}\n\n{(measured.Count > 0 ? FigureTable.Of(measured) : "No contender learns from that.\n")}";
    }
}
