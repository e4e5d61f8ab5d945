using System.Globalization;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>What scoring a text takes of one core: time of the processor, so that whatever else runs does not count.</summary>
internal sealed class ScoringTime
{
    private const int Most = 200;
    private const int Passes = 3;

    private int _passes;

    /// <param name="gate">Has scored before, so that nothing is compiled or loaded any more.</param>
    /// <param name="texts">At least one; the first few hundred are scored, each with a number behind it, so that none is known from before.</param>
    /// <returns>The mean of the pass that took the least.</returns>
    public double Microseconds(IRequestGate gate, IReadOnlyList<string> texts)
    {
        double least = double.PositiveInfinity;
        for (int pass = 0; pass < Passes; pass++)
        {
            string[] fresh = [.. texts.Take(Most).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t} {_passes}"))];
            _passes++;
            var before = Environment.CpuUsage.TotalTime;
            foreach (string text in fresh)
            {
                gate.Score(text);
            }

            least = Math.Min(least, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / fresh.Length);
        }

        return least;
    }
}
