using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>Checks <see cref="EngineOptions"/> against a runner; every failure names the option, its value and the limit.</summary>
public static class EngineOptionsValidator
{
    /// <summary>Returns the failures; none means valid.</summary>
    public static IReadOnlyList<string> Validate(EngineOptions options, IStepRunner runner)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(runner);
        List<string> failures = [];
        Check(nameof(options.QueueLimit), options.QueueLimit, 0, EngineLimits.MostQueued);
        if (options.MaxRowsPerStep != 0 || runner.MaxRows < runner.Slots)
        {
            // Every slot can then advance in every step, so no sequence starves.
            Check(nameof(options.MaxRowsPerStep), RowsPerStep(options, runner), runner.Slots, runner.MaxRows);
        }

        Check(nameof(options.MaxBranches), options.MaxBranches, 1, EngineLimits.MostBranches);
        Check(nameof(options.DraftRows), options.DraftRows, 0, EngineLimits.MostDraftRows);
        Check(nameof(options.PrefillChunk), options.PrefillChunk, options.MaxBranches, EngineLimits.MostPrefill);
        Check(nameof(options.OutputBuffer), options.OutputBuffer, 1, EngineLimits.MostOutput);
        Check(nameof(options.SamplingThreads), options.SamplingThreads, 0, EngineLimits.MostSamplingThreads);
        Check(nameof(options.UnhealthyAfter), options.UnhealthyAfter, 1, 1000);
        Check(nameof(options.PrefixCacheBytes), options.PrefixCacheBytes, 0, EngineLimits.MostBytes);
        Check(nameof(options.AdapterHostBytes), options.AdapterHostBytes, 0, EngineLimits.MostBytes);
        if (options.SlowReaderTimeout <= TimeSpan.Zero || options.SlowReaderTimeout > TimeSpan.FromDays(1))
        {
            failures.Add($"SlowReaderTimeout is {options.SlowReaderTimeout}; it must be above 0 and at most a day");
        }

        return failures;

        void Check(string name, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                failures.Add(FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}"));
            }
        }
    }

    internal static int SamplingThreads(EngineOptions options) =>
        options.SamplingThreads == 0 ? Environment.ProcessorCount : options.SamplingThreads;

    internal static int RowsPerStep(EngineOptions options, IStepRunner runner) =>
        options.MaxRowsPerStep == 0 ? runner.MaxRows : options.MaxRowsPerStep;
}
