using System.Globalization;

namespace ExpertCluster.Drills.Support;

/// <summary>How long the drills are that draw what happens: short, unless variables of the environment say otherwise (README).</summary>
internal static class DrillOptions
{
    private const int ShortMilliseconds = 600_000;

    /// <summary>Of every draw; a drill prints it.</summary>
    public static int Seed { get; } = Read("EXPERTCLUSTER_DRILLS_SEED", Random.Shared.Next(1, 1_000_000));

    public static int SoakMinutes { get; } = Read("EXPERTCLUSTER_SOAK_MINUTES", 0);

    public static int Kills { get; } = Read("EXPERTCLUSTER_DRILLS_KILLS", 0);

    public static int Prompts { get; } = Read("EXPERTCLUSTER_DRILLS_PROMPTS", 0);

    public static int Starts { get; } = Read("EXPERTCLUSTER_DRILLS_STARTS", 0);

    /// <summary>Whether drills in which the two stores have the same part, or none, run on each of them.</summary>
    private static bool EachStore { get; } = Read("EXPERTCLUSTER_DRILLS_EACH_STORE", 0) > 0;

    /// <summary>Skips the drill on another store than the one that it runs on always.</summary>
    public static void OnlyOn(string store, string its) => Assert.SkipUnless(
        EachStore || store == its, $"runs on {its}; EXPERTCLUSTER_DRILLS_EACH_STORE=1 runs it on {store}, too");

    /// <summary>Milliseconds that a drill may take: no bound of the cluster's, but the end of a drill that hangs.</summary>
    /// <param name="secondsMore">That its long form takes beside the short one.</param>
    public static int Patience(double secondsMore) => ShortMilliseconds + (int)Math.Min(secondsMore * 1000, int.MaxValue - ShortMilliseconds);

    private static int Read(string variable, int missing) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : missing;
}
