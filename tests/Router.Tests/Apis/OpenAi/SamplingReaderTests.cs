using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class SamplingReaderTests
{
    [Fact]
    public void Read_EveryField_IsTaken()
    {
        var sampling = Read("""
            {"presence_penalty": 0.5, "frequency_penalty": -1, "logit_bias": {"7": 100, "8": -2.5}, "allowed_token_ids": [3, 4], "bad_words": ["x", " y"],
             "min_tokens": 2, "stop_token_ids": [5]}
            """);

        Assert.Equal((0.5f, -1f, 2), (sampling.PresencePenalty, sampling.FrequencyPenalty, sampling.MinTokens));
        Assert.Equal([(7, 100f), (8, -2.5f)], sampling.LogitBias.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([3, 4], sampling.AllowedTokens);
        Assert.Equal(["x", " y"], sampling.BadWords);
        Assert.Equal([5], sampling.StopTokens);
    }

    [Theory]
    [InlineData("""{"logit_bias": {"a": 1}}""", "logit_bias has \"a\"; its names must be ids of tokens")]
    [InlineData("""{"logit_bias": {"-1": 1}}""", "logit_bias has \"-1\"; its names must be ids of tokens")]
    [InlineData("""{"logit_bias": {"4": "1"}}""", "logit_bias gives token 4 no number; it must be from -100 to 100")]
    [InlineData("""{"allowed_token_ids": []}""", "allowed_token_ids is empty; 1 to 16384 tokens are taken")]
    [InlineData("""{"allowed_token_ids": [-1]}""", "allowed_token_ids must be an array of ids of tokens: whole numbers from 0 on")]
    [InlineData("""{"stop_token_ids": ["a"]}""", "stop_token_ids must be an array of ids of tokens: whole numbers from 0 on")]
    [InlineData("""{"bad_words": "a"}""", "bad_words must be an array")]
    [InlineData("""{"max_tokens": "10"}""", "max_tokens must be a whole number, of at most 32 bits")]
    [InlineData("""{"top_logprobs": 3}""", "top_logprobs needs logprobs to be true")]
    [InlineData("""{"logprobs": false, "top_logprobs": 3}""", "top_logprobs needs logprobs to be true")]
    public void Read_WrongValue_IsNamed(string body, string message) =>
        Assert.Equal(message, Assert.Throws<RequestFailedException>(() => Read(body)).Failure.Message);

    [Theory]
    [InlineData(true, "{}", null)]
    [InlineData(true, """{"logprobs": false}""", null)]
    [InlineData(true, """{"logprobs": false, "top_logprobs": 0}""", null)]
    [InlineData(true, """{"logprobs": true}""", 0)]
    [InlineData(true, """{"logprobs": true, "top_logprobs": 20}""", 20)]
    [InlineData(false, "{}", null)]
    [InlineData(false, """{"logprobs": 0}""", 0)]
    [InlineData(false, """{"logprobs": 20}""", 20)]
    public void Read_Logprobs_AreCountedAsTheApiHasThem(bool isChat, string body, int? expected) => Assert.Equal(expected, Read(body, isChat).TopLogprobs);

    [Theory]
    [InlineData(-1)]
    [InlineData(21)]
    public void Read_LogprobsOfCompletionsOutOfRange_AreNamedAsWritten(int value) => Assert.Equal(
        $"logprobs is {value}; it must be from 0 to 20", Assert.Throws<RequestFailedException>(() => Read($$"""{"logprobs": {{value}}}""", isChat: false)).Failure.Message);

    [Fact]
    public void Read_BothLimitsOfTokens_TheNewerOneHolds() => Assert.Equal(5, Read("""{"max_tokens": 9, "max_completion_tokens": 5}""").MaxTokens);

    private static Sampling Read(string body, bool isChat = true) => SamplingReader.Read(new JsonFields(JsonDocument.Parse(body).RootElement), null, isChat);
}
