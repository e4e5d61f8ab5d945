using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.SystemTests;

/// <summary>What a cluster drew, it scores as it drew it, whatever merge is in force.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class ScoringTests(SharedCluster shared)
{
    private const string Prompt = "Which court decides on the Kolar lease?";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string, MergeScope> Merges => new()
    {
        { "route", MergeScope.Token },
        { "route", MergeScope.Request },
        { "mix", MergeScope.Token },
        { "mix", MergeScope.Request },
        { "ensemble", MergeScope.Token },
        { "ensemble", MergeScope.Request },
        { "fusion", MergeScope.Token },
    };

    [Theory]
    [MemberData(nameof(Merges))]
    public async Task Complete_Echo_ScoresAnAnswerAsItWasDrawn(string merge, MergeScope scope)
    {
        var drawn = await shared.Cluster.Client.AskAsync(Of(merge, scope, Prompt, 16));
        var again = Of(merge, scope, Prompt + drawn.Text, 0);
        again.Echo = true;

        var scored = await shared.Cluster.Client.AskAsync(again);

        List<Token> echo = [.. scored.Chunks.SelectMany(c => c.Echo)];
        Assert.Equal(Prompt + drawn.Text, string.Concat(echo.Select(t => t.Text)));
        Assert.Equal(drawn.Tokens.Select(t => t.Id), echo.TakeLast(drawn.Tokens.Count).Select(t => t.Id));
        Assert.All(drawn.Tokens.Zip(echo.TakeLast(drawn.Tokens.Count)), pair =>
        {
            Assert.Equal(pair.First.Logprob, pair.Second.Logprob, 3);
            Assert.Equal(pair.First.Experts.Select(e => (e.Name, Math.Round(e.Weight, 4))), pair.Second.Experts.Select(e => (e.Name, Math.Round(e.Weight, 4))));
        });
        Assert.Empty(scored.Tokens);
        Assert.Equal((echo.Count, 0), (scored.Usage.PromptTokens, scored.Usage.CompletionTokens));
    }

    /// <summary>As evaluation harnesses ask, and read what they get.</summary>
    [Fact]
    public async Task Completions_EchoOfTokens_IsReadAsAHarnessReadsIt()
    {
        var tokens = await PostAsync("/tokenize", new { model = "law", prompt = Prompt });
        int[] ids = [.. tokens.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32())];

        var answer = await PostAsync("/v1/completions", new { model = "law", prompt = ids, temperature = 0, max_tokens = 1, logprobs = 1, echo = true });

        var choice = answer.GetProperty("choices")[0];
        var logprobs = choice.GetProperty("logprobs");
        JsonElement[] scores = [.. logprobs.GetProperty("token_logprobs").EnumerateArray()];
        JsonElement[] top = [.. logprobs.GetProperty("top_logprobs").EnumerateArray()];
        Assert.Equal((ids.Length + 1, ids.Length + 1, JsonValueKind.Null, JsonValueKind.Null), (scores.Length, top.Length, scores[0].ValueKind, top[0].ValueKind));
        Assert.All(scores[1..], score => Assert.True(score.GetDouble() <= 0));
        Assert.All(top[1..], likely => Assert.InRange(likely.EnumerateObject().Count(), 1, 2));
        Assert.StartsWith(Prompt, choice.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((ids.Length, 1), (answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
    }

    private static CompleteRequest Of(string merge, MergeScope scope, string prompt, int tokens) => new()
    {
        Model = "auto",
        Prompt = prompt,
        Merge = new Merge { Name = merge, Scope = scope, Experts = { Among(merge, scope) } },
        Sampling = new Sampling { MaxTokens = tokens },
    };

    /// <summary>Given, so that a longer prompt changes nothing of the plan.</summary>
    private static WeightedExpert[] Among(string merge, MergeScope scope) => merge == "route" && scope == MergeScope.Request
        ? [new WeightedExpert { Name = "law", Weight = 1 }]
        : [new WeightedExpert { Name = "law", Weight = 0.7 }, new WeightedExpert { Name = "finance", Weight = 0.3 }];

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await shared.Cluster.Http.PostAsJsonAsync(path, body, _cancellation);
        string text = await answer.Content.ReadAsStringAsync(_cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
