using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.KServe;

public sealed class InferRequestTests
{
    public static TheoryData<string> Working => Rows(FieldState.Works);

    public static TheoryData<string> Refused => Rows(FieldState.Refused);

    [Fact]
    public void Read_AllThatWorks_IsAskedFor()
    {
        var read = Read(
            ("text_input", "\"a\""), ("stream", "true"), ("sampling_parameters", "\"{\\\"max_tokens\\\": 7, \\\"temperature\\\": 0.5, \\\"stop\\\": [\\\"x\\\"]}\""), ("top_p", "0.9"), ("seed", "11"), ("lora_name", "\"law\""), ("return_finish_reason", "true"));

        Assert.Equal(("demo", "law", "a", true), (read.Model, read.Completion.Model, read.Completion.Prompt, read.Stream));
        var sampling = read.Completion.Sampling;
        Assert.Equal((7, 0.5f, 0.9f, 11ul, "x"), (sampling.MaxTokens, sampling.Temperature, sampling.TopP, sampling.Seed, Assert.Single(sampling.Stop)));
        Assert.Equal(["text_output", "finish_reason"], read.Outputs);
    }

    [Theory]
    [MemberData(nameof(Working))]
    public void Read_WorkingFieldOfAWrongType_NamesIt(string name)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read((name, "[[]]"), name == "text_input" ? ("stream", "true") : ("text_input", "\"a\""))).Failure;

        Assert.StartsWith(name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not supported", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_RefusedField_IsNamedUnlessItAsksForNothing(string name)
    {
        Assert.StartsWith($"{name} is not supported: ", Assert.Throws<RequestFailedException>(() => Read((name, "\"x\""), ("text_input", "\"a\""))).Message, StringComparison.Ordinal);
        foreach (var neutral in InferFields.Table.All.Single(f => f.Name == name).Neutral)
        {
            Assert.Equal("a", Read((name, neutral.GetRawText()), ("text_input", "\"a\"")).Completion.Prompt);
        }
    }

    [Theory]
    [InlineData("horoscope", "1", "horoscope is unknown")]
    [InlineData("sampling_parameters", "\"{\"", "sampling_parameters must be a JSON object")]
    [InlineData("sampling_parameters", "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "sampling_parameters must be a JSON object")]
    [InlineData("sampling_parameters", "\"{\\\"text_input\\\":\\\"b\\\"}\"", "text_input is given twice")]
    [InlineData("sampling_parameters", "\"{\\\"sampling_parameters\\\":\\\"{}\\\"}\"", "sampling_parameters must be a JSON object")]
    public void Read_Wrong_SaysWhat(string name, string value, string told) =>
        Assert.StartsWith(told, Assert.Throws<RequestFailedException>(() => Read(("text_input", "\"a\""), (name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OutputsAndVersionAndId_AreChecked()
    {
        Assert.Equal(["num_output_tokens"], InferRequest.Read("demo", "1", "i", Input(("text_input", "\"a\"")), ["num_output_tokens"]).Outputs);
        Assert.StartsWith("outputs names \"logits\"", Assert.Throws<RequestFailedException>(() => InferRequest.Read("demo", "", "", Input(("text_input", "\"a\"")), ["logits"])).Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.UnknownModel, Assert.Throws<RequestFailedException>(() => InferRequest.Read("demo", "2", "", Input(), [])).Failure.Kind);
        Assert.StartsWith("id has 257", Assert.Throws<RequestFailedException>(() => InferRequest.Read("demo", "", new string('i', 257), Input(), [])).Message, StringComparison.Ordinal);
        Assert.StartsWith("inputs and parameters are more than 64", Assert.Throws<RequestFailedException>(() => Input([.. Enumerable.Range(0, 65).Select(i => ($"f{i}", "1"))])).Message, StringComparison.Ordinal);
    }

    private static TheoryData<string> Rows(FieldState state) => [.. InferFields.Table.All.Where(f => f.State == state).Select(f => f.Name)];

    private static InferRequest Read(params (string Name, string Value)[] fields) => InferRequest.Read("demo", "", "", Input(fields), []);

    private static InferInput Input(params (string Name, string Value)[] fields)
    {
        var input = new InferInput();
        foreach (var (name, value) in fields)
        {
            input.Add(name, JsonNode.Parse(value));
        }

        return input;
    }
}
