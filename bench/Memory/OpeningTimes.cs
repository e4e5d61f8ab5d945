using System.Diagnostics;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Bench.Memory;

/// <summary>Milliseconds until a runner is there, its base's file in the system's cache already.</summary>
/// <param name="Alone">It loads its weights for itself.</param>
/// <param name="Shared">It is the first on its base.</param>
/// <param name="Further">Another one is open.</param>
internal readonly record struct OpeningTimes(double Alone, double Shared, double Further)
{
    /// <summary>Medians of rounds in turns.</summary>
    public static OpeningTimes Of(ImportedModel model, StepRunnerOptions options, int rounds)
    {
        List<double> alone = [];
        List<double> shared = [];
        List<double> further = [];
        for (int i = 0; i < rounds; i++)
        {
            using (Time(() => new FlatStepRunner(model.FlatGraphPath, model.Shape, options), alone))
            {
            }

            using (Time(() => new FlatStepRunner(model, options), shared))
            using (Time(() => new FlatStepRunner(model, options), further))
            {
            }
        }

        return new OpeningTimes(Spread.Of(alone).Median, Spread.Of(shared).Median, Spread.Of(further).Median);
    }

    private static FlatStepRunner Time(Func<FlatStepRunner> open, List<double> milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        var runner = open();
        milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return runner;
    }
}
