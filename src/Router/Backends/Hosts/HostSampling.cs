using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>From how tokens are drawn to what a host is told of it. Both have the same names.</summary>
internal static class HostSampling
{
    public static V1.Sampling Of(Sampling sampling)
    {
        var message = new V1.Sampling { IgnoreEos = sampling.IgnoreEos };
        Set(sampling.MaxTokens, value => message.MaxTokens = value);
        Set(sampling.Temperature, value => message.Temperature = value);
        Set(sampling.TopK, value => message.TopK = value);
        Set(sampling.TopP, value => message.TopP = value);
        Set(sampling.MinP, value => message.MinP = value);
        Set(sampling.RepetitionPenalty, value => message.RepetitionPenalty = value);
        Set(sampling.PresencePenalty, value => message.PresencePenalty = value);
        Set(sampling.FrequencyPenalty, value => message.FrequencyPenalty = value);
        Set(sampling.MinTokens, value => message.MinTokens = value);
        Set(sampling.TopLogprobs, value => message.TopLogprobs = value);
        Set(sampling.Seed, value => message.Seed = value);
        message.Stop.AddRange(sampling.Stop);
        message.AllowedTokenIds.AddRange(sampling.AllowedTokens);
        message.BadWords.AddRange(sampling.BadWords);
        message.StopTokenIds.AddRange(sampling.StopTokens);
        foreach (var (token, bias) in sampling.LogitBias)
        {
            message.LogitBias.Add(token, bias);
        }

        foreach (var (name, value) in sampling.Extra)
        {
            message.Extra.Add(name, value);
        }

        return message;
    }

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }
    }
}
