using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>All figures of one taught gate on a benchmark.</summary>
internal sealed class GateMeasurer(GateBenchmark benchmark, Figures figures)
{
    private readonly ScoringTime _time = new();

    public IReadOnlyList<Figure> Measure(IRequestGate gate)
    {
        var choices = benchmark.Sets.ToDictionary(s => s.Name, s => Choose(gate, s), StringComparer.Ordinal);
        var main = benchmark.Sets[0];
        var known = choices[main.Name];
        double[] best = [.. known.Select(c => c.Best)];
        List<Figure> all =
        [
            figures.Share("first choice", Holds(main, known, (c, f) => c.First == f)),
            figures.Share("among the first two", Holds(main, known, (c, f) => c.First == f || c.Second == f)),
            figures.Share("routed right", Holds(main, known, (c, f) => c.Expert == f)),
            // What a floor refuses of nobody's text it also takes from the fields: neither alone is better or worse.
            figures.Share("below the floor", [.. known.Select(c => !c.IsRouted)], isLessBetter: null),
            figures.Calibration("calibration error", [.. known.Select(c => c.Confidence)], Holds(main, known, (c, f) => c.Likeliest == f)),
        ];
        foreach (var set in benchmark.Sets.Skip(1))
        {
            var chosen = choices[set.Name];
            all.AddRange(set.Kind switch
            {
                SetKind.Nobody =>
                [
                    figures.Share($"{set.Name}: to the generalist", [.. chosen.Select(c => !c.IsRouted)], isLessBetter: null),
                    figures.Refused($"{set.Name}: refused at 5 % lost", best, [.. chosen.Select(c => c.Best)]),
                ],
                SetKind.Unchanged => [figures.Share($"{set.Name}: unchanged", [.. chosen.Zip(choices[set.Of!], (one, two) => (one.First, one.IsRouted) == (two.First, two.IsRouted))])],
                SetKind.Field =>
                [
                    figures.Share($"{set.Name}: first choice", Holds(set, chosen, (c, f) => c.First == f)),
                    figures.Share($"{set.Name}: routed right", Holds(set, chosen, (c, f) => c.Expert == f)),
                ],
                _ => throw new InvalidOperationException($"The kind {set.Kind} is not measured."),
            });
        }

        all.Add(new Figure("µs a text", _time.Microseconds(gate, [.. main.Texts.Select(t => t.Text)]), null, true) { Format = "0" });
        return all;
    }

    private static Choice[] Choose(IRequestGate gate, BenchSet set) => [.. set.Texts.Select(t => Choice.Of(gate.Score(t.Text)))];

    private static bool[] Holds(BenchSet set, Choice[] choices, Func<Choice, string?, bool> holds) => [.. set.Texts.Zip(choices, (t, c) => holds(c, t.Field))];
}
