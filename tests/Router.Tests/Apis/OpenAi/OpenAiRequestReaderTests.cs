using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class OpenAiRequestReaderTests
{
    [Fact]
    public void Read_WholeChatRequest_MapsEveryField()
    {
        var read = Chat("""
            {"model": "auto", "messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
             "max_completion_tokens": 9, "temperature": 0.5, "top_p": 0.9, "top_k": -1, "min_p": 0.1, "repetition_penalty": 1.1, "seed": 42,
             "stop": ["x", "y"], "stream": true, "stream_options": {"include_usage": true}, "logprobs": true, "ignore_eos": true, "user": "ignored",
             "expert_cluster": {"merge": "mix", "k": 2, "scope": "request", "experts": [{"name": "law", "weight": 0.6}, {"name": "tax"}]}}
            """);

        Assert.Equal((true, true, true), (read.Stream, read.IncludeUsage, read.Logprobs));
        Assert.Equal(["system:Be brief.", "user:Hi"], read.First.Messages!.Select(m => $"{m.Role}:{m.Content}"));
        var sampling = read.First.Sampling;
        Assert.Equal((9, 0.5f, 0.9f, 0, 0.1f, 1.1f, 42ul), (sampling.MaxTokens, sampling.Temperature, sampling.TopP, sampling.TopK, sampling.MinP, sampling.RepetitionPenalty, sampling.Seed));
        Assert.Equal(["x", "y"], sampling.Stop);
        Assert.True(sampling.IgnoreEos);
        var merge = read.First.Merge;
        Assert.Equal(("mix", MergeScope.Request, 2), (merge.Name, merge.Scope, merge.K));
        Assert.Equal([("law", 0.6), ("tax", 0)], merge.Experts.Select(e => (e.Name, Math.Round(e.Weight, 6))));
    }

    [Fact]
    public void Read_BareCompletion_TakesOpenAisDefaults()
    {
        var read = OpenAiRequestReader.Read(Json("""{"prompt": ["Hi"], "model": null}"""), isChat: false);

        Assert.Equal("Hi", read.First.Prompt);
        Assert.Equal((1f, 1f, false), (read.First.Sampling.Temperature, read.First.Sampling.TopP, read.First.Sampling.Seed.HasValue));
        Assert.Equal(MergeWish.None, read.First.Merge);
    }

    [Theory]
    [InlineData("""{"messages": []}""", "messages")]
    [InlineData("""{"messages": "hi"}""", "messages")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "messages[0].content")]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}""", "messages[0].content")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "max_tokens": "9"}""", "max_tokens")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "max_tokens": 1.5}""", "max_tokens")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "temperature": "hot"}""", "temperature")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "n": 17}""", "n")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "tools": [{}]}""", "tools[0].type")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "echo": true}""", "echo")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "yaml"}}""", "response_format.type")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"colour": 1}}""", "expert_cluster.colour")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"merge": 2}}""", "expert_cluster.merge")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"scope": "word"}}""", "expert_cluster.scope")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"experts": ["law"]}}""", "expert_cluster.experts")]
    [InlineData("""[]""", "body")]
    public void Read_WrongField_NamesIt(string body, string field)
    {
        var error = Assert.Throws<RequestFailedException>(() => Chat(body));

        Assert.Equal((FailureKind.InvalidArgument, field), (error.Failure.Kind, error.Failure.Field));
        Assert.StartsWith(field, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"a\u0000\nb": 1}}""", """expert_cluster.a\u0000 b is unknown""")]
    [InlineData("""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"sampling": {"\u001b[31m": "x"}}}""", """expert_cluster.sampling.\u001B[31m must be a number""")]
    public void Read_NameThatIsNoLine_IsShownOnOne(string body, string message) =>
        Assert.StartsWith(message, Assert.Throws<RequestFailedException>(() => Chat(body)).Failure.Message, StringComparison.Ordinal);

    [Fact]
    public void Read_LongName_IsCut()
    {
        string body = $$"""{"messages": [{"role": "user", "content": "a"}], "expert_cluster": {"{{new string('x', 100_000)}}": 1} }""";

        Assert.InRange(Assert.Throws<RequestFailedException>(() => Chat(body)).Failure.Message.Length, 1, 200);
    }

    private static OpenAiRequest Chat(string body) => OpenAiRequestReader.Read(Json(body), isChat: true);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
