using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class StructureReaderTests
{
    [Theory]
    [InlineData("""{"response_format": {"type": "json_object"}}""", StructuredOutputKind.JsonObject, "", "response_format")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": true, "schema": {"type": "null"}}}}""", StructuredOutputKind.JsonSchema, """{"type": "null"}""", "response_format")]
    [InlineData("""{"structured_outputs": {"json": {"type": "null"}}}""", StructuredOutputKind.JsonSchema, """{"type": "null"}""", "structured_outputs")]
    [InlineData("""{"structured_outputs": {"json": "{}"}}""", StructuredOutputKind.JsonSchema, "{}", "structured_outputs")]
    [InlineData("""{"structured_outputs": {"regex": "a+"}}""", StructuredOutputKind.Regex, "a+", "structured_outputs")]
    [InlineData("""{"structured_outputs": {"grammar": "root ::= \"a\""}}""", StructuredOutputKind.Grammar, "root ::= \"a\"", "structured_outputs")]
    [InlineData("""{"structured_outputs": {"json_object": true}}""", StructuredOutputKind.JsonObject, "", "structured_outputs")]
    [InlineData("""{"guided_json": {"type": "null"}}""", StructuredOutputKind.JsonSchema, """{"type": "null"}""", "guided_json")]
    [InlineData("""{"guided_regex": "a"}""", StructuredOutputKind.Regex, "a", "guided_regex")]
    [InlineData("""{"guided_grammar": "root ::= [a]"}""", StructuredOutputKind.Grammar, "root ::= [a]", "guided_grammar")]
    public void Read_Field_SaysWhatTheAnswerHasToBe(string body, StructuredOutputKind kind, string source, string field)
    {
        var structure = Read(body);

        Assert.NotNull(structure);
        Assert.Equal((kind, source, field), (structure.Kind, structure.Source, structure.Field));
    }

    [Theory]
    [InlineData("""{"guided_choice": ["a", "b"]}""", "guided_choice")]
    [InlineData("""{"structured_outputs": {"choice": ["a", "b"]}}""", "structured_outputs")]
    public void Read_Choice_HasItsTexts(string body, string field)
    {
        var structure = Read(body);

        Assert.Equal((StructuredOutputKind.Choice, field), (structure?.Kind, structure?.Field));
        Assert.Equal(["a", "b"], structure!.Choices);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"response_format": {"type": "text"}, "guided_json": null}""")]
    public void Read_Nothing_AllowsAnything(string body) => Assert.Null(Read(body));

    [Theory]
    [InlineData("""{"response_format": {}}""", "response_format.type", "is missing")]
    [InlineData("""{"response_format": {"type": "xml"}}""", "response_format.type", "is 'xml'; known are text, json_object and json_schema")]
    [InlineData("""{"response_format": {"type": "json_schema"}}""", "response_format.json_schema", "is missing")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}""", "response_format.json_schema.schema", "is missing")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"schema": 7}}}""", "response_format.json_schema.schema", "must be a JSON schema")]
    [InlineData("""{"response_format": {"type": "json_schema", "json_schema": {"schema": {}, "shema": 1}}}""", "response_format.json_schema.shema", "is unknown")]
    [InlineData("""{"structured_outputs": {}}""", "structured_outputs", "must have one of")]
    [InlineData("""{"structured_outputs": {"regex": "a", "json": {}}}""", "structured_outputs", "must have one of")]
    [InlineData("""{"structured_outputs": {"whitespace_pattern": "a"}}""", "structured_outputs.whitespace_pattern", "is unknown")]
    [InlineData("""{"structured_outputs": {"choice": [1]}}""", "structured_outputs.choice", "must be an array of strings")]
    [InlineData("""{"guided_regex": "a", "response_format": {"type": "json_object"}}""", "guided_regex", "stands beside response_format")]
    public void Read_Wrong_NamesTheField(string body, string field, string problem)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read(body)).Failure;

        Assert.Equal(field, failure.Field);
        Assert.StartsWith($"{field} {problem}", failure.Message, StringComparison.Ordinal);
    }

    private static StructuredOutput? Read(string body) => StructureReader.Read(new JsonFields(JsonElement.Parse(body)));
}
