using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;

namespace ExpertCluster.Simulation.Running;

/// <summary>Runs strategies on clusters of the same seed.</summary>
public static class Simulator
{
    /// <param name="options">The cluster.</param>
    /// <param name="strategies">Of <see cref="Strategies.Names"/>; each sees the same traffic and the same troubles.</param>
    /// <param name="clock">What rounds are timed by.</param>
    /// <param name="cancellation">Looked at once a round.</param>
    /// <returns>In the order of the strategies.</returns>
    public static IReadOnlyList<SimulationResult> Run(
        SimulationOptions options, IReadOnlyList<string> strategies, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(strategies);
        var results = new SimulationResult[strategies.Count];
        try
        {
            Parallel.For(
                0,
                strategies.Count,
                new ParallelOptions { CancellationToken = cancellation },
                i => results[i] = new SimulationRun(options, strategies[i], clock).Run(cancellation));
        }
        catch (AggregateException all) when (all.InnerExceptions.Count > 0)
        {
            throw all.InnerExceptions[0];
        }

        return results;
    }
}
