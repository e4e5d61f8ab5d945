using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>What an answer has to be, it is: on a real cluster, whatever merge is in force.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class StructuredOutputTests(SharedCluster shared)
{
    private const string Question = "Which court decides on the Kolar lease?";

    private const string Schema =
        """
        {"type": "object", "additionalProperties": false, "required": ["court", "year", "open"], "properties": {
          "court": {"type": "string", "minLength": 3, "maxLength": 12},
          "year": {"type": "integer", "minimum": 1900, "maximum": 2099},
          "open": {"type": "boolean"},
          "parties": {"type": "array", "items": {"enum": ["Kolar", "Kolár"]}, "maxItems": 2}}}
        """;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<MergeMode, MergeScope, float> Merges => new(
        from merge in ((MergeMode, MergeScope)[])
            [(MergeMode.Route, MergeScope.Token), (MergeMode.Route, MergeScope.Request), (MergeMode.Mix, MergeScope.Token), (MergeMode.Mix, MergeScope.Request), (MergeMode.Ensemble, MergeScope.Request), (MergeMode.Ensemble, MergeScope.Token)]
        from temperature in (float[])[0, 1.5f]
        select (merge.Item1, merge.Item2, temperature));

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Complete_WithASchema_AnswersWithAValue(MergeMode mode, MergeScope scope, float temperature)
    {
        var request = Requests.Chat("auto", Question, 400);
        request.Sampling.Temperature = temperature;
        request.Sampling.Seed = 7;
        request.Merge = new Merge { Mode = mode, Scope = scope };
        request.StructuredOutput = new StructuredOutput { JsonSchema = Schema };

        var answer = await shared.Cluster.Client.AskAsync(request);

        Assert.Equal(FinishReason.Stop, answer.Finish);
        var value = JsonDocument.Parse(answer.Text).RootElement;
        Assert.InRange(value.GetProperty("court").GetString()!.EnumerateRunes().Count(), 3, 12);
        Assert.InRange(value.GetProperty("year").GetInt32(), 1900, 2099);
        Assert.Contains(value.GetProperty("open").ValueKind, (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False]);
    }

    [Theory]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}}}}""", "^\\{\\s*\"n\": ?\\s*-?[0-9]+\\s*\\}$")]
    [InlineData("""{"structured_outputs": {"regex": "[A-Z][a-z]{2,5} [0-9]{4}"}}""", "^[A-Z][a-z]{2,5} [0-9]{4}$")]
    [InlineData("""{"structured_outputs": {"choice": ["the Supreme Court", "nobody"]}}""", "^(the Supreme Court|nobody)$")]
    [InlineData("""{"guided_choice": ["yes", "no"], "temperature": 2}""", "^(yes|no)$")]
    [InlineData("""{"structured_outputs": {"grammar": "root ::= day (\", \" day){2}\nday ::= \"Mon\" | \"Tue\""}}""", "^(Mon|Tue)(, (Mon|Tue)){2}$")]
    public async Task Chat_OverHttp_AnswersAsAsked(string fields, string expected)
    {
        var (code, body) = await PostAsync(fields);

        Assert.Equal(HttpStatusCode.OK, code);
        var choice = body.GetProperty("choices")[0];
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Matches(expected, choice.GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Chat_JsonObject_IsJsonOrSaysThatItWasCut()
    {
        var (_, body) = await PostAsync("""{"response_format": {"type": "json_object"}, "max_tokens": 200}""");

        var choice = body.GetProperty("choices")[0];
        string text = choice.GetProperty("message").GetProperty("content").GetString()!;
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        if (choice.GetProperty("finish_reason").GetString() != "length")
        {
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(text).RootElement.ValueKind);
        }
    }

    [Theory]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"schema": {"oneOf": []}}}}""", "response_format", "response_format has a schema whose #/oneOf is not followed here; write anyOf where at most one can hold")]
    [InlineData("""{"structured_outputs": {"regex": "(?=a)"}}""", "structured_outputs", "structured_outputs has an expression that looks ahead or behind, or has flags in a group; neither can be generated (at character 1)")]
    [InlineData("""{"guided_grammar": "start: a"}""", "guided_grammar", "guided_grammar can't be read in line 1: '::=' is due behind 'start'; rules are written as in GBNF: name ::= …")]
    [InlineData("""{"guided_json": {"type": "integer", "minimum": 3, "maximum": 2}}""", "guided_json", "guided_json allows no text at all")]
    public async Task Chat_WhatCannotBeFollowed_IsRefusedByName(string fields, string field, string message)
    {
        var (code, body) = await PostAsync(fields);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal((message, field), (body.GetProperty("error").GetProperty("message").GetString(), body.GetProperty("error").GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Complete_TwoAtOnceOrNone_AreRefused()
    {
        foreach (var structure in (StructuredOutput[])[new StructuredOutput(), new StructuredOutput { JsonObject = true, Regex = "a" }])
        {
            var request = Requests.Chat("auto", Question, 4);
            request.StructuredOutput = structure;
            var error = await Assert.ThrowsAsync<RpcException>(() => shared.Cluster.Client.AskAsync(request));

            Assert.Equal((StatusCode.InvalidArgument, "structured_output takes one of json_object, json_schema, regex, choice and grammar"), (error.StatusCode, error.Status.Detail));
        }
    }

    private async Task<(HttpStatusCode Code, JsonElement Body)> PostAsync(string fields)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(fields)!;
        body["messages"] = JsonSerializer.SerializeToElement(new[] { new { role = "user", content = Question } });
        using var answer = await shared.Cluster.Http.PostAsJsonAsync("/v1/chat/completions", body, _cancellation);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(_cancellation)));
    }
}
