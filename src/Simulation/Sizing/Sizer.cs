using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;
using ExpertCluster.Simulation.Running;

namespace ExpertCluster.Simulation.Sizing;

/// <summary>How many hosts a target takes.</summary>
/// <param name="Milliseconds">To the first token.</param>
/// <param name="Percentile">Of the requests that must have it by then, 50, 90 or 99.</param>
public readonly record struct SizingTarget(double Milliseconds, int Percentile)
{
    /// <summary>Whether a cluster is large enough: nobody refused, and the time kept.</summary>
    public bool IsMetBy(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Refused == 0 && TimeOf(result) <= Milliseconds;
    }

    public double TimeOf(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Percentile switch
        {
            50 => result.FirstTokenP50Milliseconds,
            90 => result.FirstTokenP90Milliseconds,
            _ => result.FirstTokenP99Milliseconds,
        };
    }
}

/// <summary>What sizing comes to.</summary>
/// <param name="Hosts">The fewest that meet the target; null: the most that may be tried do not.</param>
/// <param name="Tried">Each number of hosts and what came of it, by hosts.</param>
public sealed record SizingResult(int? Hosts, IReadOnlyList<(int Hosts, SimulationResult Result)> Tried);

/// <summary>Finds the fewest hosts that meet a target: from what their processors must do at least, upwards until it is met, then between.</summary>
public static class Sizer
{
    /// <param name="options">The traffic and the figures of a host; its number of hosts is not looked at.</param>
    /// <param name="target">What is to be met.</param>
    /// <param name="most">Hosts that may be tried.</param>
    /// <param name="clock">For the simulation.</param>
    /// <param name="cancellation">Looked at once a round.</param>
    public static SizingResult Find(SimulationOptions options, SizingTarget target, int most, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        SortedDictionary<int, SimulationResult> tried = [];

        // The least that can be enough: every base somewhere, and all processors busy without a break.
        int least = Math.Clamp(Math.Max(options.Bases, (int)Math.Ceiling(WorkPerSecond(options))), 1, most);
        int bad = least - 1;
        int step = Math.Max(1, least / 8);
        int good = least;
        while (!IsMet(good))
        {
            if (good == most)
            {
                return new SizingResult(null, Tried());
            }

            (bad, good, step) = (good, (int)Math.Min(most, (long)good + step), step * 2);
        }

        while (good - bad > 1)
        {
            int middle = bad + ((good - bad) / 2);
            (bad, good) = IsMet(middle) ? (bad, middle) : (middle, good);
        }

        return new SizingResult(good, Tried());

        bool IsMet(int hosts)
        {
            if (!tried.TryGetValue(hosts, out var result))
            {
                result = Simulator.Run(options with { Hosts = hosts }, [Strategies.Product], clock, cancellation)[0];
                tried.Add(hosts, result);
            }

            return target.IsMetBy(result);
        }

        IReadOnlyList<(int Hosts, SimulationResult Result)> Tried() => [.. tried.Select(t => (t.Key, t.Value))];
    }

    /// <summary>Seconds of a host's processor that a second of traffic takes.</summary>
    internal static double WorkPerSecond(SimulationOptions options) => options.RequestsPerSecond
        * ((options.PromptTokens / options.Figures.PrefillTokens) + (options.AnswerTokens / options.Figures.Tokens(options.Figures.Slots)));
}
