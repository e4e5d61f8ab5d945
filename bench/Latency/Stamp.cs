using System.Diagnostics;
using System.Globalization;
using ExpertCluster.V1;

namespace ExpertCluster.Bench.Latency;

/// <summary>
/// A moment on its way from one process of this machine to another: Stopwatch counts CLOCK_MONOTONIC, which is one clock for
/// all of them.
/// </summary>
internal static class Stamp
{
    private const int Digits = 19;

    public static string Now() => Stopwatch.GetTimestamp().ToString($"D{Digits}", CultureInfo.InvariantCulture);

    /// <summary>Microseconds since a stamp.</summary>
    public static double Age(string stamp) => Age(long.Parse(stamp, CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Age(string)"/>
    public static double Age(long stamp) => (Stopwatch.GetTimestamp() - stamp) * 1e6 / Stopwatch.Frequency;

    /// <summary>Bytes of a chunk of one stamped token, as a client gets it from the router.</summary>
    public static int ChunkSize(string expert)
    {
        string stamp = Now();
        var token = new Token { Id = 7, Text = stamp, Logprob = -1, Experts = { new WeightedExpert { Name = expert, Weight = 1 } } };
        return new CompleteChunk { Text = stamp, Tokens = { token } }.CalculateSize();
    }
}
