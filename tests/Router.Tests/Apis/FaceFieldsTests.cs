using System.Text.Json;
using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;

namespace ExpertCluster.Router.Tests.Apis;

/// <summary>Holds each row of the tables of /v1/messages and /v1/responses to its word.</summary>
public sealed class FaceFieldsTests
{
    /// <summary>No field takes it.</summary>
    private const string Wrong = "[[]]";

    private static readonly FieldTable[] Tables = [MessagesFields.Table, ResponsesFields.Table];

    public static TheoryData<string, string> Working => RowsOf(FieldState.Works);

    public static TheoryData<string, string> Idle => RowsOf(FieldState.ChangesNothing);

    public static TheoryData<string, string> Refused => RowsOf(FieldState.Refused);

    [Theory]
    [MemberData(nameof(Working))]
    public void Read_WorkingFieldOfAWrongType_NamesIt(string path, string name)
    {
        var error = Refusal(path, name, Wrong);

        Assert.StartsWith(name, error.Field, StringComparison.Ordinal);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not supported", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Idle))]
    public void Read_FieldThatChangesNothing_ChangesNothing(string path, string name)
    {
        foreach (string value in (string[])[Wrong, "null", "7", "\"x\"", "{}"])
        {
            Assert.Equivalent(Read(path, null, ""), Read(path, name, value), strict: true);
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_RefusedField_IsNamedUnlessItAsksForNothing(string path, string name)
    {
        foreach (string value in (string[])[Wrong, "\"x\"", "7", """{"x":1}"""])
        {
            Assert.StartsWith($"{name} is not supported: ", Refusal(path, name, value).Message, StringComparison.Ordinal);
        }

        var field = Tables.Single(t => t.Path == path).All.Single(f => f.Name == name);
        foreach (string value in field.Neutral.Select(n => n.GetRawText()).Append("null"))
        {
            Assert.Equivalent(Read(path, null, ""), Read(path, name, value), strict: true);
        }
    }

    private static TheoryData<string, string> RowsOf(FieldState state)
    {
        TheoryData<string, string> rows = [];
        foreach (var table in Tables)
        {
            foreach (var field in table.All.Where(f => f.State == state))
            {
                rows.Add(table.Path, field.Name);
            }
        }

        return rows;
    }

    private static Failure Refusal(string path, string name, string value) => Assert.Throws<RequestFailedException>(() => Read(path, name, value)).Failure;

    private static object Read(string path, string? name, string value)
    {
        bool isMessages = path == MessagesFields.Table.Path;
        var body = JsonNode.Parse(isMessages ? """{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}]}""" : """{"input": "a"}""")!.AsObject();
        if (name is not null)
        {
            body[name] = JsonNode.Parse(value);
        }

        var json = JsonElement.Parse(body.ToJsonString());
        return isMessages ? MessagesReader.Read(json).Request : Comparable(ResponsesReader.Read(json));
    }

    /// <summary>Metadata come back as they were sent.</summary>
    private static object Comparable(ResponsesRequest read) => (read.Request, read.Stream, read.Instructions);
}
