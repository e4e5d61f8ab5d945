using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

/// <summary>Turns as clients send them, and as they send answers back.</summary>
public sealed class MessageReaderTests
{
    /// <summary>As OpenAI's client sends a call of a tool and its answer.</summary>
    [Fact]
    public void Read_AssistantWithoutContentBesideToolCalls_IsTakenWithThem()
    {
        var messages = Read("""
            [{"role": "user", "content": "Hi"},
             {"role": "assistant", "content": null, "refusal": null, "annotations": [], "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": [1.50, \"ü\"]}"}}]},
             {"role": "tool", "tool_call_id": "c1", "content": "4"}]
            """);

        Assert.Equal([("user", "Hi"), ("assistant", ""), ("tool", "4")], messages.Select(m => (m.Role, m.Content)));
        Assert.Equal(
            ["", """{"tool_calls":[{"type":"function","id":"c1","function":{"name":"f","arguments":{"a":[1.50,"ü"]}}}]}""", """{"tool_call_id":"c1"}"""],
            messages.Select(m => m.Fields));
    }

    [Theory]
    [InlineData("""{"role": "assistant", "content": null}""")]
    [InlineData("""{"role": "assistant"}""")]
    [InlineData("""{"role": "assistant", "content": ""}""")]
    [InlineData("""{"role": "assistant", "content": []}""")]
    public void Read_AssistantWhoSaidNothing_IsTaken(string message) => Assert.Equal("", Assert.Single(Read($"[{message}]")).Content);

    [Theory]
    [InlineData("""[{"type": "text", "text": "Who"}, {"type": "text", "text": " pays?"}]""", "Who pays?")]
    [InlineData("""[{"type": "text", "text": "Who?", "cache_control": {"type": "ephemeral"}}]""", "Who?")]
    public void Read_PartsOfText_AreJoined(string content, string expected) => Assert.Equal(expected, Assert.Single(Read($$"""[{"role": "user", "content": {{content}}}]""")).Content);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"{}\"")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Read_ToolCallWithoutArguments_HasNone(string arguments) => Assert.Equal(
        """{"tool_calls":[{"type":"function","function":{"name":"f","arguments":{}}}]}""",
        Assert.Single(Read("""[{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": """ + arguments + "}}]}]")).Fields);

    [Theory]
    [InlineData("""{"role": "user"}""", "messages[0].content is missing; only a turn of role assistant may have none")]
    [InlineData("""{"role": "tool", "content": null}""", "messages[0].content is missing; only a turn of role assistant may have none")]
    [InlineData("""{"content": "a"}""", "messages[0].role is missing")]
    [InlineData("""{"role": "user", "content": "a", "colour": 1}""", "messages[0].colour is unknown; known are role,")]
    [InlineData("""{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}""", "messages[0].content has a part that is not text; only text is supported")]
    [InlineData("""{"role": "user", "content": [{"type": "text"}]}""", "messages[0].content.text is missing")]
    [InlineData("""{"role": "user", "content": ["a"]}""", "messages[0].content has a part that is not text; only text is supported")]
    [InlineData("""{"role": "assistant", "content": null, "refusal": "No."}""", "messages[0].refusal is not supported")]
    [InlineData("""{"role": "assistant", "function_call": {"name": "f"}}""", "messages[0].function_call is not supported")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"type": "custom"}]}""", "messages[0].tool_calls[0].type must be function")]
    [InlineData("""{"role": "assistant", "tool_calls": [{}]}""", "messages[0].tool_calls[0].function is missing")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"function": {}}]}""", "messages[0].tool_calls[0].function.name is missing")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "[1]"}}]}""", "messages[0].tool_calls[0].function.arguments must be a JSON object, as a string")]
    [InlineData("""{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}""", "messages[0].tool_calls[0].function.arguments must be a JSON object, as a string")]
    public void Read_WrongTurn_IsNamed(string message, string expected)
    {
        var error = Assert.Throws<RequestFailedException>(() => Read($"[{message}]")).Failure;

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("messages[0].", error.Field, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ChatOptions_AreTaken()
    {
        var chat = Options("""{"add_generation_prompt": false, "continue_final_message": true, "chat_template_kwargs": {"enable_thinking": false}, "documents": [{"title": "a"}]}""");

        Assert.Equal(
            new ChatOptions { AddGenerationPrompt = false, ContinueFinalMessage = true, TemplateArguments = """{"enable_thinking": false}""", Documents = """[{"title": "a"}]""" }, chat);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"chat_template_kwargs": {}, "documents": [], "continue_final_message": false, "add_generation_prompt": null}""")]
    public void Read_ChatOptionsThatAskForNothing_AreTheDefault(string body) => Assert.Equal(ChatOptions.Default, Options(body));

    [Theory]
    [InlineData("""{"add_generation_prompt": true, "continue_final_message": true}""", "continue_final_message stands beside add_generation_prompt true; one of the two is taken")]
    [InlineData("""{"chat_template_kwargs": {"messages": []}}""", "chat_template_kwargs.messages is not taken there: the template gets it of the request's own fields")]
    [InlineData("""{"documents": ["a"]}""", "documents must be an array of objects")]
    public void Read_WrongChatOptions_AreNamed(string body, string message) =>
        Assert.Equal(message, Assert.Throws<RequestFailedException>(() => Options(body)).Failure.Message);

    private static List<ChatMessage> Read(string messages) => MessageReader.ReadAll(new JsonFields(JsonDocument.Parse($$"""{"messages": {{messages}}}""").RootElement));

    private static ChatOptions Options(string body) => ChatOptionsReader.Read(new JsonFields(JsonDocument.Parse(body).RootElement));
}
