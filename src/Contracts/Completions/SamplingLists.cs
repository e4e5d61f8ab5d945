namespace ExpertCluster.Contracts.Completions;

/// <summary>The limits of what sampling lists: tokens and words. Which tokens there are, a host knows.</summary>
internal static class SamplingLists
{
    public static IEnumerable<(string Field, string Message)> Find(Sampling sampling)
    {
        (string Field, string? Problem)[] all =
        [
            ("logit_bias", BiasProblem(sampling.LogitBias)),
            ("allowed_token_ids", TokensProblem(sampling.AllowedTokens, SamplingRanges.MostAllowed)),
            ("bad_words", WordsProblem(sampling.BadWords)),
            ("stop_token_ids", TokensProblem(sampling.StopTokens, SamplingRanges.MostStopTokens)),
        ];
        return all.Where(one => one.Problem is not null).Select(one => (one.Field, $"{one.Field} {one.Problem}"));
    }

    private static string? BiasProblem(IReadOnlyDictionary<int, float> biases)
    {
        if (biases.Count > SamplingRanges.MostBiases)
        {
            return $"has {biases.Count} tokens; at most {SamplingRanges.MostBiases} are taken";
        }

        foreach (var (token, bias) in biases)
        {
            // A NaN is not within, either.
            if (!(Math.Abs(bias) <= SamplingRanges.LargestBias))
            {
                return FormattableString.Invariant($"gives token {token} a bias of {bias}; it must be from -{SamplingRanges.LargestBias} to {SamplingRanges.LargestBias}");
            }
        }

        return TokensProblem([.. biases.Keys], SamplingRanges.MostBiases);
    }

    private static string? TokensProblem(IReadOnlyList<int> tokens, int most)
    {
        if (tokens.Count > most)
        {
            return $"has {tokens.Count} tokens; at most {most} are taken";
        }

        foreach (int token in tokens)
        {
            if (token < 0)
            {
                return FormattableString.Invariant($"has token {token}; it must be 0 or above");
            }
        }

        return null;
    }

    private static string? WordsProblem(IReadOnlyList<string> words) => words.Count > SamplingRanges.MostBadWords
        ? $"has {words.Count} texts; at most {SamplingRanges.MostBadWords} are taken"
        : words.FirstOrDefault(word => word.Length > SamplingRanges.LongestBadWord || string.IsNullOrWhiteSpace(word)) is { } wrong
            ? $"has a text of {wrong.Length} characters; 1 to {SamplingRanges.LongestBadWord} are taken, not all of them blank"
            : null;
}
