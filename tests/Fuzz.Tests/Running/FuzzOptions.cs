using System.Globalization;

namespace ExpertCluster.Fuzz.Running;

/// <summary>How long the targets are fuzzed: by number of inputs, unless variables of the environment say otherwise (README).</summary>
internal static class FuzzOptions
{
    /// <summary>Of every draw. The same each time, so that a change that fails here fails again.</summary>
    public const int UsualSeed = 1;

    /// <summary>All targets together; 0: each as many inputs as it says.</summary>
    public static int Minutes { get; } = Read("EXPERTCLUSTER_FUZZ_MINUTES", 0);

    public static int Seed { get; } = Read("EXPERTCLUSTER_FUZZ_SEED", Minutes > 0 ? Random.Shared.Next(1, 1_000_000) : UsualSeed);

    private static int Read(string variable, int missing) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : missing;
}
