using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>All figures of one gate that was taught the demo's examples.</summary>
internal sealed class DemoMeasurer(DemoSets demo, BenchSet? greetings, Figures figures)
{
    public IReadOnlyList<Figure> Measure(IRequestGate gate)
    {
        List<Figure> all = [];
        foreach (var (name, cases) in demo.Sets)
        {
            all.Add(figures.Share(name, [.. cases.Select(c => IsRight(Choice.Of(gate.Score(c.Prompt)), c))]));
        }

        if (greetings is not null)
        {
            all.Add(figures.Share(greetings.Name, [.. greetings.Texts.Select(t => !Choice.Of(gate.Score(t.Text)).IsRouted)]));
        }

        return all;
    }

    private bool IsRight(Choice choice, EvalCase of) => of.Domains switch
    {
        [var one, var two] => choice is { IsRouted: true, Second: { } second } && (one, two) is var pair
            && (pair == (choice.First, second) || pair == (second, choice.First)),
        [var one] => choice.Expert == (one == demo.Lesson.Generalist ? null : one),
        _ => false,
    };
}
