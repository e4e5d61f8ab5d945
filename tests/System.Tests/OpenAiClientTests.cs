using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>The OpenAI API, used by OpenAI's own JavaScript client.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class OpenAiClientTests(SharedCluster shared)
{
    private static readonly Lazy<string> Packages = new(() => NpmPackages.Install("System.Tests"));

    [Fact]
    public void Models_List_NamesAutoExpertsAndBase()
    {
        var answer = Ask("models");

        string[] ids = [.. answer.GetProperty("ids").EnumerateArray().Select(i => i.GetString()!)];
        Assert.Equal(["auto", "code", "demo", "finance", "general", "law", "medicine", "security"], ids.Order(StringComparer.Ordinal));
        Assert.Equal(("demo", "model"), (answer.GetProperty("parent").GetString(), answer.GetProperty("object").GetString()));
    }

    [Fact]
    public void Chat_Whole_HasMessageUsageLogprobsAndExperts()
    {
        var answer = Ask("chat");

        var choice = answer.GetProperty("choices")[0];
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        string text = choice.GetProperty("message").GetProperty("content").GetString()!;
        var logprobs = choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(text, string.Concat(logprobs.Select(l => l.GetProperty("token").GetString())));
        Assert.All(logprobs, l => Assert.True(l.GetProperty("logprob").GetDouble() <= 0));
        var usage = answer.GetProperty("usage");
        Assert.Equal(logprobs.Count, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt32() + logprobs.Count, usage.GetProperty("total_tokens").GetInt32());
        Assert.All(
            answer.GetProperty("expert_cluster").GetProperty("tokens").EnumerateArray(),
            t => Assert.Equal("law", t.GetProperty("experts")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public void Chat_Stream_HasRolePlanFinishAndUsage()
    {
        var chunks = Ask("chatStream").EnumerateArray().ToList();

        Assert.All(chunks, c => Assert.Equal("chat.completion.chunk", c.GetProperty("object").GetString()));
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("law", chunks[1].GetProperty("expert_cluster").GetProperty("plan").GetProperty("scores")[0].GetProperty("name").GetString());
        Assert.Contains(chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString(), (string[])["stop", "length"]);
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.True(chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32() > 0);
        string whole = Ask("chat").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        Assert.NotEmpty(whole);
    }

    [Fact]
    public void Chat_ExpertClusterKey_ReachesThePlan()
    {
        var plan = Ask("extension").GetProperty("plan");

        Assert.Equal(("mix", "request"), (plan.GetProperty("merge").GetString(), plan.GetProperty("scope").GetString()));
        Assert.Equal(["law", "finance"], plan.GetProperty("experts").EnumerateArray().Select(e => e.GetProperty("name").GetString()));
    }

    [Fact]
    public void Completion_WholeAndStream_GiveTheSameText()
    {
        var whole = Ask("completion");
        var chunks = Ask("completionStream").EnumerateArray().ToList();

        Assert.Equal("text_completion", whole.GetProperty("object").GetString());
        Assert.Equal(
            whole.GetProperty("choices")[0].GetProperty("text").GetString(),
            string.Concat(chunks.Select(c => c.GetProperty("choices")[0].GetProperty("text").GetString())));
    }

    [Fact]
    public void UnknownModel_IsNotFoundToTheClient()
    {
        var error = Ask("unknownModel");

        Assert.Equal(
            ("NotFoundError", 404, "model_not_found", "invalid_request_error", "model"),
            (error.GetProperty("name").GetString(), error.GetProperty("status").GetInt32(), error.GetProperty("code").GetString(), error.GetProperty("type").GetString(), error.GetProperty("param").GetString()));
    }

    [Fact]
    public void BadParameter_IsABadRequestThatNamesIt()
    {
        var error = Ask("badParameter");

        Assert.Equal(("BadRequestError", 400), (error.GetProperty("name").GetString(), error.GetProperty("status").GetInt32()));
        Assert.Contains("max_tokens is -1", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Abort_MidStream_TheClientStopsAndTheClusterServesOn()
    {
        Assert.Equal(5, Ask("abort").GetInt32());
        Assert.NotEqual("", Ask("completion").GetProperty("choices")[0].GetProperty("text").GetString());
    }

    private JsonElement Ask(string step)
    {
        string input = JsonSerializer.Serialize(new { directory = Packages.Value, baseURL = new Uri(shared.Cluster.Http.BaseAddress!, "/v1").ToString(), step });
        string script = RepositoryRoot.Combine("tests", "System.Tests", "npm", "openai.mjs");
        return JsonDocument.Parse(Tool.Run("node", [script], RepositoryRoot.Path, input)).RootElement;
    }
}
