using System.Text.Json;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Clients;

/// <summary>Clients that people use, with tools, call by call: each calls `weather`, tells what it says, and gets the answer.</summary>
public sealed class ClientTests(ScriptedServer server) : IClassFixture<ScriptedServer>
{
    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("Router.Tests"));

    [Fact]
    public void OpenAi_Chat_CallsAndGoesOn()
    {
        var answer = Ask("openaiChat");

        Assert.Equal(("tool_calls", "I look.", "It rains: no."), (Text(answer, "finish"), Text(answer, "content"), Text(answer, "next")));
        CheckCall(answer.GetProperty("call"));
    }

    [Fact]
    public void OpenAi_ChatStream_CollectsTheCall()
    {
        var answer = Ask("openaiChatStream");

        Assert.Equal(("tool_calls", "I look."), (Text(answer, "finish"), Text(answer, "content")));
        Assert.Equal(2, answer.GetProperty("deltas").GetInt32());
        CheckCall(answer.GetProperty("call"));
    }

    [Fact]
    public void OpenAi_RunTools_RunsThem()
    {
        var answer = Ask("openaiRunTools");

        Assert.Equal("It rains: no.", Text(answer, "text"));
        Assert.Equal(["Pune"], answer.GetProperty("asked").EnumerateArray().Select(c => c.GetString()));
    }

    [Fact]
    public void OpenAi_Responses_CallsAndGoesOn()
    {
        var answer = Ask("openaiResponses");

        Assert.Equal(("completed", "I look.", "It rains: no."), (Text(answer, "status"), Text(answer, "text"), Text(answer, "next")));
        Assert.Equal(("weather", "{\"city\": \"Pune\"}"), (Text(answer.GetProperty("call"), "name"), Text(answer.GetProperty("call"), "arguments")));
        Assert.Equal(33, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public void OpenAi_ResponsesStream_CollectsTheCall()
    {
        var answer = Ask("openaiResponsesStream");

        string[] types = [.. answer.GetProperty("types").EnumerateArray().Select(t => t.GetString()!)];
        Assert.Equal(("response.created", "response.completed"), (types[0], types[^1]));
        Assert.Equal(2, types.Count(t => t == "response.function_call_arguments.delta"));
        Assert.Equal("I look.", Text(answer, "text"));
        Assert.Equal("{\"city\": \"Pune\"}", Text(answer.GetProperty("call"), "arguments"));
    }

    [Fact]
    public void OpenAi_ResponseInTheBackground_IsAskedForAgain()
    {
        var answer = Ask("openaiComeback");

        string[] types = [.. answer.GetProperty("types").EnumerateArray().Select(t => t.GetString()!)];
        Assert.Equal(Enumerable.Range(0, types.Length), answer.GetProperty("numbers").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal(("response.created", "response.completed"), (types[0], types[^1]));
        Assert.Equal(("I look.", "I look.", "I look."), (Text(answer, "text"), Text(answer, "helped"), Text(answer, "polled")));
        Assert.Equal(("completed", "completed", true), (Text(answer, "status"), Text(answer, "cancelled"), answer.GetProperty("background").GetBoolean()));
        Assert.Equal(404, answer.GetProperty("gone").GetProperty("status").GetInt32());
    }

    [Fact]
    public void Anthropic_Messages_CallsAndGoesOn()
    {
        var answer = Ask("anthropicMessages");

        Assert.Equal("tool_use", Text(answer, "stop"));
        CheckBlocks(answer.GetProperty("content"));
        Assert.Equal("It rains: no.", Text(answer.GetProperty("next")[0], "text"));
        Assert.Equal((20, 10), (answer.GetProperty("usage").GetProperty("input_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("cache_read_input_tokens").GetInt32()));
    }

    [Fact]
    public void Anthropic_Stream_CollectsTheCall()
    {
        var answer = Ask("anthropicStream");

        Assert.Equal(("tool_use", "I look."), (Text(answer, "stop"), Text(answer, "text")));
        CheckBlocks(answer.GetProperty("content"));
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public void Errors_OfBothClients_AreTheirOwn()
    {
        var errors = Ask("errors").EnumerateArray().ToList();

        Assert.Equal(["NotFoundError", "BadRequestError", "NotFoundError", "BadRequestError"], errors.Select(e => Text(e, "name")));
        Assert.Equal([404, 400, 404, 400], errors.Select(e => e.GetProperty("status").GetInt32()));
        Assert.Contains("max_tokens is 0", Text(errors[1], "message"), StringComparison.Ordinal);
        Assert.Contains("previous_response_id is not supported", Text(errors[3], "message"), StringComparison.Ordinal);
    }

    [Fact]
    public void Langchain_ChatOpenAi_CallsAndGoesOn()
    {
        var answer = Ask("langchain");

        Assert.Equal(("I look.", "It rains: no."), (Text(answer, "content"), Text(answer, "next")));
        foreach (string calls in (string[])["calls", "streamed"])
        {
            var call = Assert.Single(answer.GetProperty(calls).EnumerateArray());
            Assert.Equal(("weather", "Pune"), (Text(call, "name"), Text(call.GetProperty("args"), "city")));
        }
    }

    [Fact]
    public void AiSdk_OpenAiCompatible_RunsTools()
    {
        var answer = Ask("aiSdk");

        Assert.Equal("It rains: no.", Text(answer, "text"));
        Assert.EndsWith("It rains: no.", Text(answer, "streamed"), StringComparison.Ordinal);
        Assert.Equal(["tool-calls", "stop"], answer.GetProperty("steps").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(["Pune", "Pune"], answer.GetProperty("asked").EnumerateArray().Select(c => c.GetString()));
    }

    private static void CheckCall(JsonElement call)
    {
        Assert.Equal("function", Text(call, "type"));
        Assert.StartsWith("call_", Text(call, "id"), StringComparison.Ordinal);
        Assert.Equal(("weather", "{\"city\": \"Pune\"}"), (Text(call.GetProperty("function"), "name"), Text(call.GetProperty("function"), "arguments")));
    }

    private static void CheckBlocks(JsonElement content)
    {
        Assert.Equal(["text", "tool_use"], content.EnumerateArray().Select(b => Text(b, "type")));
        Assert.Equal(("I look.", "weather", "Pune"), (Text(content[0], "text"), Text(content[1], "name"), Text(content[1].GetProperty("input"), "city")));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private JsonElement Ask(string step)
    {
        string input = JsonSerializer.Serialize(new { directory = Packages.Value, origin = server.Origin, step });
        string script = RepositoryRoot.Combine("tests", "Router.Tests", "npm", "clients.mjs");
        return JsonElement.Parse(Tool.Run("node", [script], RepositoryRoot.Path, input));
    }
}
