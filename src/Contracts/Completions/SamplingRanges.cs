using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Completions;

/// <summary>The ranges of sampling, once for every API, router and host. Fields are named as on the wire.</summary>
public static class SamplingRanges
{
    public const int MostStops = 16;

    /// <summary>UTF-16 units of a stop string.</summary>
    public const int LongestStop = 256;

    /// <summary>What is wrong; the message names every field, its value and its range. Null: nothing.</summary>
    public static Failure? Check(Sampling sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        List<(string Field, string Message)> wrong = [];

        // A NaN fails every comparison, so it is caught by the same tests.
        Require(sampling.MaxTokens is null or >= 1, "max_tokens", sampling.MaxTokens, "1 or above");
        Require(sampling.Temperature is null or (>= 0 and <= 2), "temperature", sampling.Temperature, "from 0 to 2");
        Require(sampling.TopK is null or >= 0, "top_k", sampling.TopK, "0 (all) or above");
        Require(sampling.TopP is null or (> 0 and <= 1), "top_p", sampling.TopP, "above 0 and at most 1");
        Require(sampling.MinP is null or (>= 0 and <= 1), "min_p", sampling.MinP, "from 0 to 1");
        Require(sampling.RepetitionPenalty is null or (> 0 and <= 2), "repetition_penalty", sampling.RepetitionPenalty, "above 0 and at most 2");
        if (sampling.Stop.Count > MostStops)
        {
            wrong.Add(("stop", $"stop has {sampling.Stop.Count} strings; at most {MostStops} are taken"));
        }
        else if (sampling.Stop.FirstOrDefault(s => s.Length is 0 or > LongestStop) is { } stop)
        {
            wrong.Add(("stop", $"stop has a string of {stop.Length} characters; 1 to {LongestStop} are taken"));
        }

        return wrong.Count == 0 ? null : Failure.Invalid(wrong[0].Field, string.Join("; ", wrong.Select(w => w.Message)));

        void Require(bool holds, string field, object? value, string range)
        {
            if (!holds)
            {
                wrong.Add((field, FormattableString.Invariant($"{field} is {value}; it must be {range}")));
            }
        }
    }
}
