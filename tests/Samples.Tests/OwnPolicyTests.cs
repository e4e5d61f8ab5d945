using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Support;
using Grpc.Core;

namespace ExpertCluster.Samples.Tests;

public sealed class OwnPolicyTests(SampleCluster cluster)
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>The word is in an expert's description, whatever the trained gate would say.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("law")]
    [InlineData("medicine")]
    public async Task Gate_OfOnesOwn_ScoresTheRequest(string word)
    {
        var plan = (await AskAsync(new CompleteRequest { Prompt = $"Tell me about {word}" })).Plan;

        Assert.Equal(word, plan.Scores[0].Name);
        Assert.All(plan.Scores.Skip(1), score => Assert.True(score.Weight < plan.Scores[0].Weight));
    }

    [Fact(Timeout = 120_000)]
    public async Task Merge_OfOnesOwn_IsCarriedOutAndNamed()
    {
        var answer = await AskAsync(new CompleteRequest { Prompt = "law and medicine", Merge = new Merge { Name = "halves" } });

        Assert.Equal(("halves", MergeMode.Unspecified), (answer.Plan.Merge, answer.Plan.Mode));
        Assert.Equal([("law", 0.5), ("medicine", 0.5)], answer.Plan.Experts.Select(e => (e.Name, e.Weight)).Order());
        Assert.All(answer.Tokens, token => Assert.Equal(2, token.Experts.Count));
    }

    [Fact(Timeout = 120_000)]
    public async Task Merge_OfOnesOwn_IsAskedForOverHttpToo()
    {
        var answer = await PostAsync("""{"model": "auto", "prompt": "law and medicine", "max_tokens": 2, "expert_cluster": {"merge": "halves"}}""");

        Assert.Equal("halves", answer.GetProperty("expert_cluster").GetProperty("plan").GetProperty("merge").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task HostScorer_OfOnesOwn_ChoosesTheHost()
    {
        // Every expert of the demo has two replicas: at first the router may know of one.
        await Wait.UntilAsync(async () => (await HostsOfAsync("law")).SetEquals([SampleCluster.Near, SampleCluster.Far]));

        var hosts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(new CompleteRequest { Model = "law", Prompt = $"question {i}" }, tokens: 1)));

        // One that runs on the near host makes it busier; the filters go before the scorers.
        Assert.Contains(SampleCluster.Near, hosts.Select(h => h.Plan.Host));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(SampleCluster.Near, (await AskAsync(new CompleteRequest { Model = "law", Prompt = $"one at a time {i}" }, tokens: 1)).Plan.Host);
        }
    }

    /// <summary>Hardly anything is within a thousandth of a standard deviation of the likeliest: hot sampling becomes greedy.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Filter_OfOnesOwn_ChangesWhatIsDrawn()
    {
        var request = new CompleteRequest { Model = "law", Prompt = "The tenant" };
        string greedy = (await AskAsync(request, temperature: 0)).Text;

        string hot = (await AskAsync(request, temperature: 2)).Text;
        string narrow = (await AskAsync(request, temperature: 2, sigma: 0.001)).Text;

        Assert.NotEqual(greedy, hot);
        Assert.Equal(greedy, narrow);
    }

    [Fact(Timeout = 120_000)]
    public async Task Filter_OfOnesOwn_RefusesItsOwnParametersByName()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => AskAsync(new CompleteRequest { Model = "law", Prompt = "a" }, sigma: -1));

        Assert.Equal((StatusCode.InvalidArgument, "top_n_sigma is -1; it must be above 0 and at most 100"), (error.StatusCode, error.Status.Detail));
        using var answer = await cluster.Http.PostAsJsonAsync(
            "/v1/completions", new { model = "law", prompt = "a", max_tokens = 1, expert_cluster = new { sampling = new { top_n_stigma = 1 } } }, _cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("top_n_stigma", await answer.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
    }

    /// <summary>What a policy of one's own costs the product: no file.</summary>
    [Theory]
    [InlineData("WordGate")]
    [InlineData("HalvesMerge")]
    [InlineData("ZoneScorer")]
    [InlineData("TopSigmaFilter")]
    [InlineData("ExpertCluster.Samples")]
    [InlineData("top_n_sigma")]
    public void Product_KnowsNothingOfIt(string name) => Assert.Equal(
        [],
        Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && Mentions(path, name)));

    // An example in a comment is no knowledge.
    private static bool Mentions(string path, string name) =>
        File.ReadLines(path).Any(line => line.Contains(name, StringComparison.Ordinal) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private async Task<HashSet<string>> HostsOfAsync(string expert)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => AskAsync(new CompleteRequest { Model = expert, Prompt = $"where {i}" }, tokens: 1)));
        return [.. answers.Select(a => a.Plan.Host)];
    }

    private async Task<JsonElement> PostAsync(string json)
    {
        using var body = new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await cluster.Http.PostAsync(new Uri("/v1/completions", UriKind.Relative), body, _cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(_cancellation);
    }

    private async Task<Answer> AskAsync(CompleteRequest request, float temperature = 0, double? sigma = null, int tokens = 12)
    {
        request = request.Clone();
        request.Sampling = new Sampling { MaxTokens = tokens, Temperature = temperature, Seed = 5, IgnoreEos = true };
        if (sigma is { } n)
        {
            request.Sampling.Extra.Add("top_n_sigma", n);
        }

        using var call = cluster.Client.Complete(request, cancellationToken: _cancellation);
        var answer = new Answer();
        while (await call.ResponseStream.MoveNext(_cancellation))
        {
            var chunk = call.ResponseStream.Current;
            answer.Plan = chunk.Plan ?? answer.Plan;
            answer.Text += chunk.Text;
            answer.Tokens.AddRange(chunk.Tokens);
        }

        return answer;
    }

    private sealed class Answer
    {
        public Plan Plan { get; set; } = new();

        public string Text { get; set; } = "";

        public List<Token> Tokens { get; } = [];
    }
}
