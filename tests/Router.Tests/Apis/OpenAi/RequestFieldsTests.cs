using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Holds each row of the table to its word.</summary>
public sealed class RequestFieldsTests
{
    /// <summary>No field takes it.</summary>
    private const string Wrong = "[[]]";

    public static TheoryData<bool, string> Working => RowsOf(FieldState.Works);

    public static TheoryData<bool, string> Idle => RowsOf(FieldState.ChangesNothing);

    public static TheoryData<bool, string> Refused => RowsOf(FieldState.Refused);

    [Theory]
    [MemberData(nameof(Working))]
    public void Read_WorkingFieldOfAWrongType_NamesIt(bool isChat, string name)
    {
        var error = Refusal(isChat, name, Wrong);

        Assert.Equal(FailureKind.InvalidArgument, error.Kind);
        Assert.StartsWith(name, error.Field, StringComparison.Ordinal);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not supported", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Idle))]
    public void Read_FieldThatChangesNothing_ChangesNothing(bool isChat, string name)
    {
        foreach (string value in (string[])[Wrong, "null", "7", "\"x\"", "{}"])
        {
            Assert.Equivalent(Read(isChat, null, ""), Read(isChat, name, value), strict: true);
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_RefusedField_IsNamedUnlessItAsksForNothing(bool isChat, string name)
    {
        var field = RequestFields.All.Single(f => f.Name == name && (isChat ? f.InChat : f.InCompletions));

        foreach (string value in (string[])[Wrong, "\"x\"", "7", """{"x":1}"""])
        {
            var error = Refusal(isChat, name, value);
            Assert.Equal((FailureKind.InvalidArgument, name), (error.Kind, error.Field));
            Assert.StartsWith($"{name} is not supported: ", error.Message, StringComparison.Ordinal);
        }

        foreach (string value in field.Neutral.Select(n => n.GetRawText()).Append("null"))
        {
            Assert.Equivalent(Read(isChat, null, ""), Read(isChat, name, value), strict: true);
        }
    }

    [Fact]
    public void All_Names_StandOnceForEachApi()
    {
        Assert.All(RequestFields.All, f => Assert.True(f.InChat || f.InCompletions, f.Name));
        Assert.All((bool[])[true, false], isChat => Assert.Distinct(RequestFields.All.Where(f => isChat ? f.InChat : f.InCompletions).Select(f => f.Name)));
    }

    [Theory]
    [InlineData(true, "colour")]
    [InlineData(false, "colour")]
    [InlineData(true, "Temperature")]
    [InlineData(true, "prompt")]
    [InlineData(false, "messages")]
    [InlineData(false, "tools")]
    public void Read_UnknownField_IsNamed(bool isChat, string name)
    {
        var error = Refusal(isChat, name, "null");

        Assert.Equal((FailureKind.InvalidArgument, name), (error.Kind, error.Field));
        Assert.StartsWith($"{name} is unknown", error.Message, StringComparison.Ordinal);
    }

    /// <summary>As people sent them, once answered as if absent.</summary>
    [Theory]
    [InlineData("structural_tag", "{}")]
    [InlineData("grammar", "\"root ::= [0-9]+\"")]
    [InlineData("json_schema", "{}")]
    [InlineData("include_stop_str_in_output", "true")]
    [InlineData("skip_special_tokens", "false")]
    [InlineData("use_beam_search", "true")]
    [InlineData("length_penalty", "2")]
    [InlineData("modalities", """["audio"]""")]
    [InlineData("typical_p", "0.5")]
    [InlineData("mirostat", "2")]
    public void Read_FieldThatWouldChangeTheAnswer_IsNamed(string name, string value) => Assert.Equal(name, Refusal(isChat: true, name, value).Field);

    private static TheoryData<bool, string> RowsOf(FieldState state)
    {
        TheoryData<bool, string> rows = [];
        foreach (bool isChat in (bool[])[true, false])
        {
            foreach (var field in RequestFields.All.Where(f => f.State == state && (isChat ? f.InChat : f.InCompletions)))
            {
                rows.Add(isChat, field.Name);
            }
        }

        return rows;
    }

    private static Failure Refusal(bool isChat, string name, string value) => Assert.Throws<RequestFailedException>(() => Read(isChat, name, value)).Failure;

    private static OpenAiRequest Read(bool isChat, string? name, string value)
    {
        var body = JsonNode.Parse(isChat ? """{"messages": [{"role": "user", "content": "a"}]}""" : """{"prompt": "a"}""")!.AsObject();
        if (name is not null)
        {
            body[name] = JsonNode.Parse(value);
        }

        return OpenAiRequestReader.Read(JsonDocument.Parse(body.ToJsonString()).RootElement, isChat);
    }
}
