using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>What scoring a text takes of one core: time of the processor, so that whatever else runs does not count.</summary>
internal static class ScoringTime
{
    private const int Most = 500;

    /// <param name="gate">Has scored before, so that nothing is compiled or loaded any more.</param>
    /// <param name="texts">At least one; the first few hundred are scored.</param>
    public static double Microseconds(IRequestGate gate, IReadOnlyList<string> texts)
    {
        int count = Math.Min(Most, texts.Count);
        var before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < count; i++)
        {
            gate.Score(texts[i]);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / count;
    }
}
