using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Completions;

/// <summary>The ranges of sampling, once for every API, router and host. Fields are named as on the wire.</summary>
public static class SamplingRanges
{
    public const int MostStops = 16;

    /// <summary>UTF-16 units of a stop string.</summary>
    public const int LongestStop = 256;

    public const int MostExtra = 16;

    /// <summary>UTF-16 units of the name of an extra parameter.</summary>
    public const int LongestExtra = 64;

    public const int MostBiases = 1024;

    /// <summary>A bias, up or down.</summary>
    public const float LargestBias = 100;

    public const int MostAllowed = 16384;

    public const int MostBadWords = 128;

    /// <summary>UTF-16 units of a text that the answer may not have.</summary>
    public const int LongestBadWord = 256;

    public const int MostStopTokens = 128;

    /// <summary>Likeliest tokens in a token's place.</summary>
    public const int MostTop = 20;

    /// <summary>What is wrong; the message names every field, its value and its range. Null: nothing.</summary>
    /// <param name="sampling">To check.</param>
    /// <param name="leastTokens">Of max_tokens.</param>
    public static Failure? Check(Sampling sampling, int leastTokens = 1)
    {
        var wrong = Find(sampling, leastTokens);
        return wrong.Count == 0 ? null : Failure.Invalid(wrong[0].Field, string.Join("; ", wrong.Select(w => w.Message)));
    }

    /// <summary>Each field that is wrong, with a sentence that names it, its value and its range.</summary>
    /// <inheritdoc cref="Check"/>
    public static IReadOnlyList<(string Field, string Message)> Find(Sampling sampling, int leastTokens = 1)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        List<(string Field, string Message)> wrong = [];

        // A NaN fails every comparison, so it is caught by the same tests.
        Require(sampling.MaxTokens is null || sampling.MaxTokens >= leastTokens, "max_tokens", sampling.MaxTokens, FormattableString.Invariant($"{leastTokens} or above"));
        Require(sampling.Temperature is null or (>= 0 and <= 2), "temperature", sampling.Temperature, "from 0 to 2");
        Require(sampling.TopK is null or >= 0, "top_k", sampling.TopK, "0 (all) or above");
        Require(sampling.TopP is null or (> 0 and <= 1), "top_p", sampling.TopP, "above 0 and at most 1");
        Require(sampling.MinP is null or (>= 0 and <= 1), "min_p", sampling.MinP, "from 0 to 1");
        Require(sampling.RepetitionPenalty is null or (> 0 and <= 2), "repetition_penalty", sampling.RepetitionPenalty, "above 0 and at most 2");
        Require(sampling.PresencePenalty is null or (>= -2 and <= 2), "presence_penalty", sampling.PresencePenalty, "from -2 to 2");
        Require(sampling.FrequencyPenalty is null or (>= -2 and <= 2), "frequency_penalty", sampling.FrequencyPenalty, "from -2 to 2");
        Require(sampling.MinTokens is null or >= 0, "min_tokens", sampling.MinTokens, "0 or above");
        Require(sampling.MinTokens is not { } min || sampling.MaxTokens is not { } max || min <= max || max < 1, "min_tokens", sampling.MinTokens, "at most max_tokens");
        Require(sampling.TopLogprobs is null or (>= 0 and <= MostTop), "top_logprobs", sampling.TopLogprobs, FormattableString.Invariant($"from 0 to {MostTop}"));
        wrong.AddRange(SamplingLists.Find(sampling));
        if (StopProblem(sampling.Stop) is { } stop)
        {
            wrong.Add(("stop", stop));
        }

        if (ExtraProblem(sampling.Extra) is { } extra)
        {
            wrong.Add(("extra", extra));
        }

        return wrong;

        void Require(bool holds, string field, object? value, string range)
        {
            if (!holds)
            {
                wrong.Add((field, FormattableString.Invariant($"{field} is {value}; it must be {range}")));
            }
        }
    }

    private static string? StopProblem(IReadOnlyList<string> stop) => stop.Count > MostStops
        ? $"stop has {stop.Count} strings; at most {MostStops} are taken"
        : stop.FirstOrDefault(s => s.Length is 0 or > LongestStop) is { } text
            ? $"stop has a string of {text.Length} characters; 1 to {LongestStop} are taken"
            : null;

    private static string? ExtraProblem(IReadOnlyDictionary<string, double> extra)
    {
        if (extra.Count > MostExtra)
        {
            return $"extra has {extra.Count} names; it may have at most {MostExtra}";
        }

        foreach (var (name, value) in extra)
        {
            if (name.Length is 0 or > LongestExtra)
            {
                return $"extra has a name of {name.Length} characters; it must have from 1 to {LongestExtra}";
            }

            if (!double.IsFinite(value))
            {
                return FormattableString.Invariant($"extra.{name} is {value}; it must be finite");
            }
        }

        return null;
    }
}
