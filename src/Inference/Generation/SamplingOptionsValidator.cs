namespace ExpertCluster.Inference.Generation;

/// <summary>Checks <see cref="SamplingOptions"/>; every failure names the field, its value and the limit.</summary>
public static class SamplingOptionsValidator
{
    internal const int MaxExtra = 16;
    private const int MaxName = 64;

    /// <summary>Returns the failures; none means valid.</summary>
    public static IReadOnlyList<string> Validate(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures = [];
        Check("temperature", options.Temperature, options.Temperature is >= 0 and <= 2, "from 0 to 2");
        Check("top_k", options.TopK, options.TopK >= 0, "0 (all) or above");
        Check("top_p", options.TopP, options.TopP is > 0 and <= 1, "above 0 and at most 1");
        Check("min_p", options.MinP, options.MinP is >= 0 and <= 1, "from 0 to 1");
        Check("repetition_penalty", options.RepetitionPenalty, options.RepetitionPenalty is > 0 and <= 2, "above 0 and at most 2");
        CheckExtra(options.Extra, failures);
        return failures;

        // A NaN fails every comparison, so it is caught by the same tests.
        void Check(string field, double value, bool valid, string range)
        {
            if (!valid)
            {
                failures.Add(FormattableString.Invariant($"{field} is {value}; it must be {range}"));
            }
        }
    }

    private static void CheckExtra(IReadOnlyDictionary<string, double> extra, List<string> failures)
    {
        if (extra.Count > MaxExtra)
        {
            failures.Add($"extra has {extra.Count} names; it may have at most {MaxExtra}");
            return;
        }

        foreach (var (name, value) in extra)
        {
            if (name.Length is 0 or > MaxName)
            {
                failures.Add($"extra has a name of {name.Length} characters; it must have from 1 to {MaxName}");
            }
            else if (!double.IsFinite(value))
            {
                failures.Add(FormattableString.Invariant($"extra.{name} is {value}; it must be finite"));
            }
        }
    }
}
