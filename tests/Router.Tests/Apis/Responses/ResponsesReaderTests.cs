using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.Responses;

namespace ExpertCluster.Router.Tests.Apis.Responses;

public sealed class ResponsesReaderTests
{
    [Fact]
    public void Read_TextAndInstructions_AreTurns()
    {
        var read = Read("""{"model": "law", "input": "Hi", "instructions": "Be brief.", "max_output_tokens": 9, "temperature": 0, "top_p": 0.5, "stream": true, "store": true, "text": {"format": {"type": "text"}}}""");

        Assert.Equal([("system", "Be brief."), ("user", "Hi")], read.Request.Messages!.Select(m => (m.Role, m.Content)));
        Assert.Equal((9, 0f, 0.5f), (read.Request.Sampling.MaxTokens, read.Request.Sampling.Temperature, read.Request.Sampling.TopP));
        Assert.Equal((true, "Be brief."), (read.Stream, read.Instructions));
    }

    /// <summary>As OpenAI's client sends an output back.</summary>
    [Fact]
    public void Read_ItemsOfAnEarlierAnswer_AreTurns()
    {
        var read = Read("""
            {"input": [
              {"role": "developer", "content": "Be brief."},
              {"role": "user", "content": [{"type": "input_text", "text": "Rain"}, {"type": "input_text", "text": "?"}]},
              {"type": "message", "id": "m", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "I look.", "annotations": [], "logprobs": []}]},
              {"type": "function_call", "id": "fc", "call_id": "c1", "name": "f", "arguments": "{\"a\":1}", "status": "completed"},
              {"type": "function_call", "call_id": "c2", "name": "g", "arguments": ""},
              {"type": "function_call_output", "call_id": "c1", "output": "no"},
              {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "yes"}]},
              {"type": "function_call", "call_id": "c3", "name": "f", "arguments": "{}"}]}
            """);

        Assert.Equal(
            [("system", "Be brief."), ("user", "Rain?"), ("assistant", "I look."), ("tool", "no"), ("tool", "yes"), ("assistant", "")],
            read.Request.Messages!.Select(m => (m.Role, m.Content)));
        Assert.Equal(
            [
                """{"tool_calls":[{"type":"function","id":"c1","function":{"name":"f","arguments":{"a":1}}},{"type":"function","id":"c2","function":{"name":"g","arguments":{}}}]}""",
                """{"tool_call_id":"c1"}""",
                """{"tool_call_id":"c2"}""",
                """{"tool_calls":[{"type":"function","id":"c3","function":{"name":"f","arguments":{}}}]}""",
            ],
            read.Request.Messages!.Skip(2).Select(m => m.Fields));
    }

    [Fact]
    public void Read_Tools_AreFlat()
    {
        var read = Read("""{"input": "Hi", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": false}], "parallel_tool_calls": false}""");

        Assert.Equal(new Tool("f", """{"type": "object"}"""), Assert.Single(read.Request.Tools.Tools));
        Assert.False(read.Request.Tools.Parallel);
        Assert.Equal(("\"auto\"", "{}"), (read.Echo["tool_choice"], read.Echo["metadata"]));
    }

    [Fact]
    public void Read_Format_IsTheAnswersStructure()
    {
        var read = Read("""{"input": "Hi", "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": true}}}""");

        Assert.Equal((StructuredOutputKind.JsonSchema, """{"type": "object"}""", "text.format"), (read.Request.Structure!.Kind, read.Request.Structure.Source, read.Request.Structure.Field));
        Assert.Contains("json_schema", read.Echo["text"], StringComparison.Ordinal);
        Assert.Null(Read("""{"input": "Hi", "text": {"format": {"type": "text"}}}""").Request.Structure);
    }

    [Theory]
    [InlineData("{}", "input is missing or empty")]
    [InlineData("""{"input": []}""", "input is missing or empty")]
    [InlineData("""{"input": [1]}""", "input[0] must be an object")]
    [InlineData("""{"input": [{"type": "reasoning"}]}""", "input[0].type is \"reasoning\"; message, function_call and function_call_output are taken")]
    [InlineData("""{"input": [{"role": "tool", "content": "a"}]}""", "input[0].role must be system, developer, user or assistant")]
    [InlineData("""{"input": [{"role": "user", "content": [{"type": "input_image"}]}]}""", "input[0].content[0].type must be input_text or output_text")]
    [InlineData("""{"input": [{"type": "function_call", "name": "f"}]}""", "input[0].call_id is missing")]
    [InlineData("""{"input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "["}]}""", "input[0].arguments must be a JSON object, as a string")]
    [InlineData("""{"input": "a", "previous_response_id": "resp_1"}""", "previous_response_id is not supported: nothing is stored")]
    [InlineData("""{"input": "a", "background": true, "store": false}""", "store is false beside background: such a response is kept, to be asked for")]
    [InlineData("""{"input": "a", "messages": []}""", "messages is unknown: no such field is taken by /v1/responses")]
    [InlineData("""{"input": "a", "text": {"format": {"type": "json_schema"}}}""", "text.format.schema is missing")]
    [InlineData("""{"input": "a", "text": {"format": {"type": "xml"}}}""", "text.format.type is 'xml'; known are text, json_object and json_schema")]
    [InlineData("""{"input": "a", "tools": [{"type": "web_search"}]}""", "tools[0].type must be function: tools that run at a server aren't here")]
    [InlineData("""{"input": "a", "tools": [{"type": "function", "name": "f"}], "tool_choice": {"type": "function", "function": {"name": "f"}}}""", "tool_choice.function is unknown")]
    public void Read_WrongBody_IsNamed(string body, string message)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read(body)).Failure;

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(failure.Field!, message, StringComparison.Ordinal);
    }

    private static ResponsesRequest Read(string body) => ResponsesReader.Read(JsonElement.Parse(body));
}
