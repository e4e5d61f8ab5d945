using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Apis.Anthropic;

namespace ExpertCluster.Router.Tests.Apis.Anthropic;

public sealed class MessagesReaderTests
{
    private const string Hi = """[{"role": "user", "content": "Hi"}]""";

    [Fact]
    public void Read_AllThatWorks_IsTaken()
    {
        var read = Read($$$"""
            {"model": "law", "max_tokens": 9, "messages": {{{Hi}}}, "system": [{"type": "text", "text": "Be ", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "brief."}],
             "stream": true, "stop_sequences": ["a", "b"], "temperature": 0.5, "top_k": 3, "top_p": 0.25, "metadata": {"user_id": "u"}, "thinking": {"type": "disabled"},
             "expert_cluster": {"merge": "mix"}}
            """);

        Assert.True(read.Stream);
        Assert.Equal([("system", "Be brief."), ("user", "Hi")], read.Request.Messages!.Select(m => (m.Role, m.Content)));
        var sampling = read.Request.Sampling;
        Assert.Equal((9, 0.5f, 3, 0.25f), (sampling.MaxTokens, sampling.Temperature, sampling.TopK, sampling.TopP));
        Assert.Equal(["a", "b"], sampling.Stop);
        Assert.Equal(("law", "mix", false), (read.Request.Model, read.Request.Merge.Name, read.Request.Chat.ContinueFinalMessage));
    }

    /// <summary>As Anthropic's client sends a call and its result back.</summary>
    [Fact]
    public void Read_CallsAndResults_AreTurnsAsTemplatesKnowThem()
    {
        var read = Read("""
            {"max_tokens": 1, "messages": [
              {"role": "user", "content": "Rain?"},
              {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "text", "text": "I look."}, {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": "ü"}}, {"type": "tool_use", "id": "t2", "name": "g", "input": {}}]},
              {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "no"}]}, {"type": "tool_result", "tool_use_id": "t2", "is_error": true}, {"type": "text", "text": "So?"}]}]}
            """);

        Assert.Equal(
            [("user", "Rain?"), ("assistant", "I look."), ("tool", "no"), ("tool", ""), ("user", "So?")], read.Request.Messages!.Select(m => (m.Role, m.Content)));
        Assert.Equal(
            [
                "",
                """{"reasoning_content":"Hm.","tool_calls":[{"type":"function","id":"t1","function":{"name":"f","arguments":{"a":"ü"}}},{"type":"function","id":"t2","function":{"name":"g","arguments":{}}}]}""",
                """{"tool_call_id":"t1"}""",
                """{"tool_call_id":"t2","is_error":true}""",
                "",
            ],
            read.Request.Messages!.Select(m => m.Fields));
    }

    [Fact]
    public void Read_LastTurnOfTheAssistant_IsGoneOnWith() => Assert.True(
        Read("""{"max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "I am"}]}""").Request.Chat.ContinueFinalMessage);

    [Fact]
    public void Read_Tools_AreAsChatsOnes()
    {
        var request = Read($$$"""
            {"max_tokens": 1, "messages": {{{Hi}}}, "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}], "tool_choice": {"type": "auto", "disable_parallel_tool_use": true}}
            """).Request;

        Assert.Equal(new Tool("f", """{"type": "object"}"""), Assert.Single(request.Tools.Tools));
        Assert.Equal((ToolChoice.Auto, false), (request.Tools.Choice, request.Tools.Parallel));
        Assert.Equal("""[{"type":"function","function":{"name":"f","description":"d","parameters":{"type": "object"}}}]""", request.Chat.Tools);
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}]}""", "max_tokens is missing")]
    [InlineData("""{"max_tokens": 1}""", "messages is missing or empty")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "system", "content": "Hi"}]}""", "messages[0].role must be user or assistant")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": []}]}""", "messages[0].content is empty")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}]}""", "messages[0].content[0].type is \"image\"; a turn of role user may have text and tool_result")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "tool_use"}]}]}""", "messages[0].content[0].type is \"tool_use\"; a turn of role user may have")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "f", "input": 1}]}]}""", "messages[0].content[0].input must be a")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}""", "messages[0].content[0].tool_use_id is missing")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "text", "text": "a", "colour": 1}]}]}""", "messages[0].content[0].colour is unknown")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "seed": 1}""", "seed is unknown: no such field is taken by /v1/messages")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "thinking": {"type": "enabled", "budget_tokens": 1024}}""", "thinking is not supported")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "tools": [{"type": "web_search_20250305", "name": "web_search"}]}""", "tools[0].type must be custom")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "tools": [{"name": "a", "input_schema": 1}]}""", "tools[0].input_schema must be a JSON Schema")]
    [InlineData("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "tool_choice": {"type": "required"}}""", "tool_choice.type must be auto, any, tool or none")]
    public void Read_WrongBody_IsNamed(string body, string message)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read(body)).Failure;

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(failure.Field!, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OutputConfig_IsTheAnswersStructure()
    {
        var request = Read("""{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}""").Request;

        Assert.Equal(("""{"type": "object"}""", "output_config"), (request.Structure!.Source, request.Structure.Field));
    }

    [Fact]
    public void ReadCounted_ConversationAlone_IsTaken()
    {
        var request = MessagesReader.ReadCounted(JsonElement.Parse($$"""{"model": "law", "messages": {{Hi}}, "system": "Be brief.", "tools": [{"name": "f"}]}"""));

        Assert.Equal(["system", "user"], request.Messages!.Select(m => m.Role));
        Assert.StartsWith("[{\"type\":\"function\"", request.Chat.Tools, StringComparison.Ordinal);
    }

    private static MessagesRequest Read(string body) => MessagesReader.Read(JsonElement.Parse(body));
}
