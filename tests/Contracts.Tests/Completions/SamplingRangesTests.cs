using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Tests.Completions;

public sealed class SamplingRangesTests
{
    public static TheoryData<Sampling, string> Wrong => new()
    {
        { new() { MaxTokens = 0 }, "max_tokens is 0; it must be 1 or above" },
        { new() { MaxTokens = int.MinValue }, "max_tokens is -2147483648; it must be 1 or above" },
        { new() { Temperature = -0.1f }, "temperature is -0.1; it must be from 0 to 2" },
        { new() { Temperature = float.NaN }, "temperature is NaN; it must be from 0 to 2" },
        { new() { Temperature = float.PositiveInfinity }, "temperature is Infinity; it must be from 0 to 2" },
        { new() { TopK = -1 }, "top_k is -1; it must be 0 (all) or above" },
        { new() { TopP = 0 }, "top_p is 0; it must be above 0 and at most 1" },
        { new() { TopP = 1.01f }, "top_p is 1.01; it must be above 0 and at most 1" },
        { new() { MinP = 1.5f }, "min_p is 1.5; it must be from 0 to 1" },
        { new() { PresencePenalty = 2.5f }, "presence_penalty is 2.5; it must be from -2 to 2" },
        { new() { FrequencyPenalty = -3 }, "frequency_penalty is -3; it must be from -2 to 2" },
        { new() { LogitBias = new Dictionary<int, float> { [4] = -101 } }, "logit_bias gives token 4 a bias of -101; it must be from -100 to 100" },
        { new() { LogitBias = Enumerable.Range(0, 1025).ToDictionary(i => i, i => 0f) }, "logit_bias has 1025 tokens; at most 1024 are taken" },
        { new() { AllowedTokens = [-1] }, "allowed_token_ids has token -1; it must be 0 or above" },
        { new() { BadWords = [""] }, "bad_words has a text of 0 characters; 1 to 256 are taken, not all of them blank" },
        { new() { StopTokens = [.. Enumerable.Range(0, 129)] }, "stop_token_ids has 129 tokens; at most 128 are taken" },
        { new() { MinTokens = -1 }, "min_tokens is -1; it must be 0 or above" },
        { new() { MinTokens = 5, MaxTokens = 4 }, "min_tokens is 5; it must be at most max_tokens" },
        { new() { TopLogprobs = 21 }, "top_logprobs is 21; it must be from 0 to 20" },
        { new() { RepetitionPenalty = 0 }, "repetition_penalty is 0; it must be above 0 and at most 2" },
        { new() { RepetitionPenalty = 2.5f }, "repetition_penalty is 2.5; it must be above 0 and at most 2" },
        { new() { Stop = [""] }, "stop has a string of 0 characters; 1 to 256 are taken" },
        { new() { Stop = ["a", new string('s', 257)] }, "stop has a string of 257 characters; 1 to 256 are taken" },
        { new() { Stop = [.. Enumerable.Repeat("x", 17)] }, "stop has 17 strings; at most 16 are taken" },
    };

    public static TheoryData<Sampling> Right => new()
    {
        Sampling.Default,
        new Sampling { MaxTokens = 1, Temperature = 0, TopK = 0, TopP = float.Epsilon, MinP = 0, RepetitionPenalty = float.Epsilon, Seed = 0 },
        new Sampling { MaxTokens = int.MaxValue, Temperature = 2, TopK = int.MaxValue, TopP = 1, MinP = 1, RepetitionPenalty = 2, Seed = ulong.MaxValue },
        new Sampling { Stop = [.. Enumerable.Repeat(new string('s', 256), 16)] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_OutOfRange_NamesFieldValueAndRange(Sampling sampling, string message) =>
        Assert.Equal(new Failure(FailureKind.InvalidArgument, message, message.Split(' ')[0]), SamplingRanges.Check(sampling));

    [Theory]
    [MemberData(nameof(Right))]
    public void Check_OnTheLimits_Passes(Sampling sampling) => Assert.Null(SamplingRanges.Check(sampling));

    [Fact]
    public void Check_SeveralWrong_NamesThemAllAndTheFirstAsField()
    {
        var failure = SamplingRanges.Check(new Sampling { Temperature = 9, TopP = 9, MaxTokens = 0 })!;

        Assert.Equal("max_tokens", failure.Field);
        Assert.Equal("max_tokens is 0; it must be 1 or above; temperature is 9; it must be from 0 to 2; top_p is 9; it must be above 0 and at most 1", failure.Message);
    }
}
