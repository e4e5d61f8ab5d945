using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>The forms of a prompt, and how many answers it gets.</summary>
public sealed class PromptReaderTests
{
    [Theory]
    [InlineData("\"Hi\"", "Hi")]
    [InlineData("[\"Hi\"]", "Hi")]
    [InlineData("[\"Hi\", \"Ho\"]", "Hi|Ho")]
    [InlineData("[7]", "7")]
    [InlineData("[7, 8, 2147483647]", "7 8 2147483647")]
    [InlineData("[[7, 8], [9]]", "7 8|9")]
    [InlineData("[[7, 8], \"Hi\"]", "7 8|Hi")]
    public void Read_FormsOfAPrompt_AreARequestEach(string prompt, string expected) => Assert.Equal(
        expected, string.Join('|', Read($$"""{"model": "law", "prompt": {{prompt}}}""").Choices.Select(c => c.Prompt ?? string.Join(' ', c.PromptTokens!))));

    [Theory]
    [InlineData("[]", "prompt is empty")]
    [InlineData("[[]]", "prompt[0] has 0 tokens; 1 to 1048576 are taken")]
    [InlineData("7", "prompt must be a string, an array of ids of tokens, or an array of either")]
    [InlineData("{}", "prompt must be a string, an array of ids of tokens, or an array of either")]
    [InlineData("[\"a\", 7]", "prompt[1] must be a string, an array of ids of tokens, or an array of either")]
    [InlineData("[7, \"a\"]", "prompt must be an array of ids of tokens: whole numbers from 0 on")]
    [InlineData("[-1]", "prompt must be an array of ids of tokens: whole numbers from 0 on")]
    [InlineData("[1.5]", "prompt must be an array of ids of tokens: whole numbers from 0 on")]
    [InlineData("[[3000000000]]", "prompt[0] must be an array of ids of tokens: whole numbers from 0 on")]
    public void Read_WrongPrompt_IsNamed(string prompt, string message) =>
        Assert.Equal(message, Refusal($$"""{"model": "law", "prompt": {{prompt}}}""").Message);

    [Theory]
    [InlineData("auto")]
    [InlineData("")]
    public void Read_TokensWithoutAModelByName_AreRefused(string model) => Assert.Equal(
        "prompt is in tokens, which the gate can't read; it needs a model by name", Refusal($$"""{"model": "{{model}}", "prompt": [7]}""").Message);

    [Fact]
    public void Read_N_GivesEachPromptSoManyWithSeedsThatFollowEachOther()
    {
        var read = Read("""{"prompt": ["a", "b"], "n": 3, "seed": 40}""");

        Assert.Equal(3, read.PerPrompt);
        Assert.Equal(["a", "a", "a", "b", "b", "b"], read.Choices.Select(c => c.Prompt));
        Assert.Equal([40ul, 41, 42, 40, 41, 42], read.Choices.Select(c => c.Sampling.Seed!.Value));
    }

    [Fact]
    public void Read_NWithoutASeed_LeavesEachToChance() => Assert.All(Read("""{"prompt": "a", "n": 2}""").Choices, c => Assert.Null(c.Sampling.Seed));

    [Fact]
    public void Read_LargestSeed_GoesOnAtTheSmallest() => Assert.Equal(
        [long.MaxValue, long.MinValue], Read("""{"prompt": "a", "n": 2, "seed": 9223372036854775807}""").Choices.Select(c => unchecked((long)c.Sampling.Seed!.Value)));

    [Theory]
    [InlineData(1, 64, null)]
    [InlineData(16, 4, null)]
    [InlineData(1, 65, "prompt")]
    [InlineData(16, 5, "prompt")]
    [InlineData(0, 1, "n")]
    [InlineData(-1, 1, "n")]
    [InlineData(17, 1, "n")]
    public void Read_AnswersOfARequest_AreBounded(int n, int prompts, string? field)
    {
        string body = $$"""{"n": {{n}}, "prompt": [{{string.Join(',', Enumerable.Repeat("\"a\"", prompts))}}]}""";

        Assert.Equal(field, field is null ? null : Refusal(body).Field);
        Assert.Equal(n * prompts, field is null ? Read(body).Choices.Count : n * prompts);
    }

    [Theory]
    [InlineData("\"best_of\": 1", null)]
    [InlineData("\"best_of\": 3, \"n\": 3", null)]
    [InlineData("\"best_of\": 3", "best_of is 3; it must be n, which is 1: all answers that are made are shown")]
    [InlineData("\"best_of\": 0", "best_of is 0; it must be n, which is 1: all answers that are made are shown")]
    public void Read_BestOf_IsTakenWhereItIsN(string fields, string? message)
    {
        string body = $$"""{"prompt": "a", {{fields}}}""";

        Assert.Equal(message, message is null ? null : Refusal(body).Message);
        Assert.True(message is not null || Read(body).Choices.Count > 0);
    }

    private static Failure Refusal(string body) => Assert.Throws<RequestFailedException>(() => Read(body)).Failure;

    private static OpenAiRequest Read(string body) => OpenAiRequestReader.Read(JsonDocument.Parse(body).RootElement, isChat: false);
}
