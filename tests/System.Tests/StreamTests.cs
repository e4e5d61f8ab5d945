using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.SystemTests;

/// <summary>What a stream carries.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class StreamTests(SharedCluster shared)
{
    [Fact]
    public async Task Complete_Auto_FirstChunkHasThePlanLastOneFinishAndUsage()
    {
        var answer = await shared.Cluster.Client.AskAsync(Requests.Chat("auto", "Which court decides on the Kolar lease?"));

        Assert.Equal("demo", answer.Plan.Base);
        Assert.Equal("law", answer.Plan.Scores[0].Name);
        Assert.All(answer.Chunks.Skip(1), c => Assert.Null(c.Plan));
        Assert.All(answer.Chunks.SkipLast(1), c => Assert.Equal(FinishReason.Unspecified, c.FinishReason));
        Assert.Equal(FinishReason.Stop, answer.Finish);
        Assert.Equal(answer.Tokens.Count, answer.Usage.CompletionTokens);
        Assert.True(answer.Usage.PromptTokens > 5);
        Assert.Equal(answer.Text, string.Concat(answer.Tokens.Select(t => t.Text)));
        Assert.All(answer.Tokens, t => Assert.InRange(t.Logprob, -50, 0));
    }

    [Theory]
    [InlineData(MergeMode.Ensemble)]
    [InlineData(MergeMode.Mix)]
    public async Task Complete_TwoPinnedExperts_EveryTokenNamesBoth(MergeMode mode)
    {
        var request = Requests.Chat("auto", "Which court decides?", 12);
        request.Merge = new Merge
        {
            Mode = mode,
            Scope = MergeScope.Request,
            Experts = { new WeightedExpert { Name = "law", Weight = 3 }, new WeightedExpert { Name = "finance", Weight = 1 } },
        };

        var answer = await shared.Cluster.Client.AskAsync(request);

        Assert.Equal("pinned", answer.Plan.Reason);
        Assert.NotEmpty(answer.Tokens);
        Assert.All(answer.Tokens, t => Assert.Equal(["finance:0.25", "law:0.75"], t.Experts.Select(e => FormattableString.Invariant($"{e.Name}:{e.Weight:0.00}")).Order()));
    }

    [Theory]
    [InlineData("law")]
    [InlineData("auto")]
    public async Task Complete_ThePromptAgain_FindsItReadAndGivesTheSame(string model)
    {
        var request = Requests.Chat(model, "In the matter of the Kolar lease and of everything that it says: which court decides?");

        // Two hosts: of three in a row, two go to the same one.
        Answer[] answers = [await AskAsync(), await AskAsync(), await AskAsync()];

        Assert.Contains(answers, a => a.Usage.CachedPromptTokens >= 16);
        Assert.All(answers, a => Assert.Equal(answers[0].Tokens.Select(t => (t.Id, t.Logprob)), a.Tokens.Select(t => (t.Id, t.Logprob))));

        Task<Answer> AskAsync() => shared.Cluster.Client.AskAsync(request);
    }

    [Fact]
    public async Task Complete_SameSeed_GivesTheSameText()
    {
        var one = await shared.Cluster.Client.AskAsync(Sampled(7));
        var two = await shared.Cluster.Client.AskAsync(Sampled(7));
        var other = await shared.Cluster.Client.AskAsync(Sampled(8));

        Assert.Equal(one.Text, two.Text);
        Assert.NotEqual(one.Text, other.Text);
    }

    [Fact]
    public async Task Complete_MaxTokens_FinishesWithLength()
    {
        var answer = await shared.Cluster.Client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?", 3));

        Assert.Equal((FinishReason.Length, 3), (answer.Finish, answer.Tokens.Count));
    }

    [Fact]
    public async Task Complete_StopString_EndsBeforeIt()
    {
        var whole = await shared.Cluster.Client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?"));
        string stop = whole.Text.Split(' ')[2];
        var request = Requests.Chat("law", "Which court decides on the Kolar lease?");
        request.Sampling.Stop.Add(stop);

        var answer = await shared.Cluster.Client.AskAsync(request);

        Assert.Equal(FinishReason.Stop, answer.Finish);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], answer.Text);
    }

    [Fact]
    public async Task ListModels_Demo_NamesExpertsAndBase()
    {
        var models = await shared.Cluster.Client.ListModelsAsync(new ListModelsRequest());

        Assert.Equal(["code", "demo", "finance", "general", "law", "medicine", "security"], models.Models.Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    private static CompleteRequest Sampled(ulong seed)
    {
        var request = Requests.Endless(seed);
        request.Sampling.MaxTokens = 40;
        return request;
    }
}
