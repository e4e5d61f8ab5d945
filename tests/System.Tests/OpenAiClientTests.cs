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

    [Fact]
    public void Completions_SeveralPromptsAndAnswers_ComeInOrderWhetherStreamedOrNot()
    {
        var whole = Ask("several");
        var chunks = Ask("severalStreamed").EnumerateArray().ToList();

        var choices = whole.GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal([0, 1, 2, 3], choices.Select(c => c.GetProperty("index").GetInt32()));
        Assert.Equal(4, choices.Select(c => c.GetProperty("text").GetString()).Distinct().Count());
        foreach (var choice in choices)
        {
            int index = choice.GetProperty("index").GetInt32();
            var own = chunks.SelectMany(c => c.GetProperty("choices").EnumerateArray()).Where(c => c.GetProperty("index").GetInt32() == index);
            Assert.Equal(choice.GetProperty("text").GetString(), string.Concat(own.Select(c => c.GetProperty("text").GetString())));
            CheckLogprobs(choice);
        }

        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
        Assert.Equal(UsageOf(whole), UsageOf(chunks[^1]));
        Assert.InRange(UsageOf(whole).Completion, choices.Sum(c => c.GetProperty("logprobs").GetProperty("tokens").GetArrayLength()), 24);

        static void CheckLogprobs(JsonElement choice)
        {
            var logprobs = choice.GetProperty("logprobs");
            string[] tokens = [.. logprobs.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()!)];
            Assert.Equal(choice.GetProperty("text").GetString(), string.Concat(tokens));
            Assert.Equal(tokens.Select((_, i) => string.Concat(tokens[..i]).Length), logprobs.GetProperty("text_offset").EnumerateArray().Select(o => o.GetInt32()));
            Assert.All(
                logprobs.GetProperty("top_logprobs").EnumerateArray().Zip(tokens),
                pair => Assert.True(pair.First.EnumerateObject().Count() is 2 or 3 && pair.First.TryGetProperty(pair.Second, out _)));
        }
    }

    [Fact]
    public void Chat_SeveralGreedyAnswers_AreAlikeWithTheLikeliestTokens()
    {
        var answer = Ask("chatSeveral");

        var choices = answer.GetProperty("choices").EnumerateArray().ToList();
        Assert.Equal(3, choices.Count);
        Assert.Single(choices.Select(c => c.GetProperty("message").GetProperty("content").GetString()).Distinct());
        Assert.All(choices.SelectMany(c => c.GetProperty("logprobs").GetProperty("content").EnumerateArray()), token =>
        {
            var top = token.GetProperty("top_logprobs").EnumerateArray().ToList();
            Assert.Equal(4, top.Count);
            Assert.Equal(token.GetProperty("token").GetString(), top[0].GetProperty("token").GetString());
            Assert.True(top.Zip(top.Skip(1)).All(pair => pair.First.GetProperty("logprob").GetDouble() >= pair.Second.GetProperty("logprob").GetDouble()));
        });
    }

    [Fact]
    public void Completion_BiasesMasksAndPenalties_ActAsOpenAiAndVllmSay()
    {
        var answer = Ask("penalties");
        int[] plain = Ids("plain");

        Assert.All(Ids("biased"), id => Assert.Equal(plain[1], id));
        Assert.DoesNotContain(plain[0], Ids("banned"));
        Assert.All(Ids("allowed"), id => Assert.Contains(id, plain[..2]));
        Assert.Equal(2, Ids("frequency").Distinct().Count());
        Assert.True(Ids("presence").Distinct().Count() >= plain.Distinct().Count());
        Assert.Equal("stop", answer.GetProperty("stopped").GetProperty("finish_reason").GetString());
        Assert.Equal(Array.IndexOf(plain, plain[3]), answer.GetProperty("stopped").GetProperty("logprobs").GetProperty("tokens").GetArrayLength());
        Assert.DoesNotContain(plain[3], Ids("minimum").Take(8));

        int[] Ids(string name) => [.. answer.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
    }

    [Fact]
    public void Tokens_OfAText_GiveTheSameAnswerAndTheTextBack()
    {
        var answer = Ask("tokens");

        Assert.Equal(answer.GetProperty("tokenized").GetProperty("count").GetInt32(), answer.GetProperty("tokenized").GetProperty("tokens").GetArrayLength());
        Assert.True(answer.GetProperty("tokenized").GetProperty("max_model_len").GetInt32() > 0);
        Assert.True(answer.GetProperty("chat").GetProperty("count").GetInt32() > 0);
        Assert.EndsWith("The lease", answer.GetProperty("back").GetProperty("prompt").GetString(), StringComparison.Ordinal);
        string text = answer.GetProperty("text").GetString()!;
        Assert.Equal(text, answer.GetProperty("ids").GetString());
        Assert.Equal([text, text], answer.GetProperty("lists").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public void Classify_Conversation_HasTheProbabilitiesThatItsPlanHas()
    {
        var answer = Ask("classify");

        var classified = answer.GetProperty("classified");
        var data = classified.GetProperty("data")[0];
        var labels = classified.GetProperty("expert_cluster").GetProperty("labels").EnumerateArray().Select(l => l.GetString()!);
        var scores = answer.GetProperty("plan").GetProperty("scores").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("weight").GetDouble());
        Assert.Equal(scores, labels.Zip(data.GetProperty("probs").EnumerateArray()).ToDictionary(p => p.First, p => p.Second.GetDouble()));
        Assert.Equal(scores.MaxBy(s => s.Value).Key, data.GetProperty("label").GetString());
    }

    [Fact]
    public void Chat_TurnsOfTools_AreTaken() => Assert.Equal("assistant", Ask("toolTurns").GetProperty("choices")[0].GetProperty("message").GetProperty("role").GetString());

    [Fact]
    public void Chat_FinalMessageContinued_GoesOnToTheSameText()
    {
        var answer = Ask("goesOn");

        Assert.Equal(answer.GetProperty("text").GetString(), answer.GetProperty("half").GetString() + answer.GetProperty("rest").GetString());
    }

    [Fact]
    public void Faces_OfOneQuestion_SayTheSame()
    {
        var answer = Ask("faces");

        string chat = answer.GetProperty("chat").GetString()!;
        Assert.NotEqual("", chat);
        Assert.Equal([chat, chat], ((string[])["response", "streamed"]).Select(name => answer.GetProperty(name).GetString()));
        var message = answer.GetProperty("message");
        Assert.Equal(chat, message.GetProperty("content")[0].GetProperty("text").GetString());
        int prompt = answer.GetProperty("prompt").GetInt32();
        var usage = message.GetProperty("usage");
        Assert.Equal(prompt, usage.GetProperty("input_tokens").GetInt32() + usage.GetProperty("cache_read_input_tokens").GetInt32());
        Assert.Equal(prompt, answer.GetProperty("counted").GetInt32());
    }

    [Fact]
    public void Refusals_NameFieldAndCode()
    {
        var errors = Ask("refusals").EnumerateArray().ToList();

        Assert.All(errors, e => Assert.Equal(400, e.GetProperty("status").GetInt32()));
        Assert.Equal(
            ["tools", "guided_json", "colour", "logit_bias", "n", "max_completion_tokens", "messages", "allowed_token_ids"], errors.Select(e => e.GetProperty("param").GetString()));
        Assert.Equal("context_length_exceeded", errors[6].GetProperty("code").GetString());
    }

    [Fact]
    public void Routes_UnknownAndWellKnown_AnswerWithABody()
    {
        var answer = Ask("routes");

        Assert.Equal((404, "not_found"), (answer.GetProperty("moderations").GetProperty("status").GetInt32(), answer.GetProperty("moderations").GetProperty("code").GetString()));
        Assert.Contains("there is no POST /v1/moderations", answer.GetProperty("moderations").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal([405, 200, 404, 200, 200, 200], ((string[])["get", "head", "nowhere", "health", "ping", "version"]).Select(name => answer.GetProperty(name).GetProperty("status").GetInt32()));
        Assert.Contains("there is no GET /v2/x", answer.GetProperty("nowhere").GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Contains("there is no GET /v1/chat/completions; the path takes POST", answer.GetProperty("get").GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("{\"version\":\"", answer.GetProperty("version").GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.All(
            answer.GetProperty("models").GetProperty("data").EnumerateArray().Skip(1), m => Assert.Equal("ready", m.GetProperty("expert_cluster").GetProperty("state").GetString()));
    }

    private static (int Prompt, int Completion) UsageOf(JsonElement answer) =>
        (answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());

    private JsonElement Ask(string step)
    {
        string input = JsonSerializer.Serialize(new { directory = Packages.Value, baseURL = new Uri(shared.Cluster.Http.BaseAddress!, "/v1").ToString(), step });
        string script = RepositoryRoot.Combine("tests", "System.Tests", "npm", "openai.mjs");
        return JsonDocument.Parse(Tool.Run("node", [script], RepositoryRoot.Path, input)).RootElement;
    }
}
