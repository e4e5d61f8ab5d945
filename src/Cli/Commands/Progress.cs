using System.Globalization;

namespace ExpertCluster.Cli.Commands;

/// <summary>What a command is doing, line by line on standard error, each with the seconds since it was called.</summary>
internal static class Progress
{
    /// <summary>Set by `./cluster`: the seconds that it needed to build this program.</summary>
    private const string ElapsedBefore = "EXPERTCLUSTER_ELAPSED";

    private static readonly long Start = TimeProvider.System.GetTimestamp();

    private static readonly TimeSpan Before = Parse(Environment.GetEnvironmentVariable(ElapsedBefore));

    public static Action<string> To(TextWriter errors) =>
        step => errors.WriteLine(Format(TimeProvider.System.GetElapsedTime(Start) + Before, step));

    internal static string Format(TimeSpan elapsed, string step) => string.Create(CultureInfo.InvariantCulture, $"[{elapsed.TotalSeconds,4:0} s] {step}");

    /// <summary>Zero for what is no number of seconds: nobody but `./cluster` sets it.</summary>
    internal static TimeSpan Parse(string? seconds) =>
        TimeSpan.FromSeconds(int.TryParse(seconds, CultureInfo.InvariantCulture, out int value) ? Math.Max(0, value) : 0);
}
