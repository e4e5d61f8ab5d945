using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Checks <see cref="StepRunnerOptions"/> against a model; every failure names the option, its value and the limit.</summary>
public static class StepRunnerOptionsValidator
{
    // With 4 numbers and their scale a head's position would be as long as in f16, and its type not to be told: see CacheLayout.
    private const int LeastInt8Dimension = 8;

    /// <summary>Returns the failures; none means valid.</summary>
    public static IReadOnlyList<string> Validate(StepRunnerOptions options, ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(shape);
        List<string> failures = [];
        Check(nameof(options.Slots), options.Slots, 1, StepRunnerLimits.MostSlots);
        Check(nameof(options.ContextLength), options.ContextLength, 0, shape.MaxPositions);
        Check(nameof(options.MaxRows), options.MaxRows, 1, StepRunnerLimits.MostRows);
        Check(nameof(options.AdaptersPerRow), options.AdaptersPerRow, 1, StepRunnerLimits.MostAdaptersPerRow);
        Check(nameof(options.AdapterCapacity), options.AdapterCapacity, 1, StepRunnerLimits.MostAdapters);
        Check(nameof(options.AdapterRank), options.AdapterRank, 1, StepRunnerLimits.MostRank);
        Check(nameof(options.Threads), options.Threads, 0, StepRunnerLimits.MostThreads);
        Check(nameof(options.SpinMicroseconds), options.SpinMicroseconds, 0, StepRunnerLimits.MostSpinMicroseconds);
        if (!Enum.IsDefined(options.Provider))
        {
            failures.Add(FormattableString.Invariant($"Provider is {(int)options.Provider}; it must be {string.Join(", ", Enum.GetNames<ExecutionProvider>())}"));
        }

        if (!Enum.IsDefined(options.AdapterType))
        {
            failures.Add(FormattableString.Invariant($"AdapterType is {(int)options.AdapterType}; it must be {string.Join(", ", Enum.GetNames<AdapterType>())}"));
        }

        if (!Enum.IsDefined(options.KvCacheType))
        {
            failures.Add(FormattableString.Invariant($"KvCacheType is {(int)options.KvCacheType}; it must be {string.Join(", ", Enum.GetNames<KvCacheType>())}"));
        }
        else if (options.KvCacheType == KvCacheType.Int8 && shape.HeadDimension < LeastInt8Dimension)
        {
            failures.Add(FormattableString.Invariant(
                $"KvCacheType is Int8, but the model's heads have {shape.HeadDimension} numbers; they must have {LeastInt8Dimension} or more"));
        }

        if (options.ProfileFolder is not null && string.IsNullOrWhiteSpace(options.ProfileFolder))
        {
            failures.Add("ProfileFolder is empty; it must be a path, or null for no profile");
        }

        return failures;

        void Check(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add(FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}"));
            }
        }
    }

    internal static void Require(StepRunnerOptions options, ModelShape shape)
    {
        var failures = Validate(options, shape);
        if (failures.Count > 0)
        {
            throw new ArgumentException($"The runner's options are not valid: {string.Join("; ", failures)}.", nameof(options));
        }
    }
}
