using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>A real sentence model as a cluster's encoder, asked by OpenAI's own JavaScript client.</summary>
public sealed class EncoderTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Embeddings_MiniLm_AreThePublishedOnesWhicheverHostIsLost()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["experts.yaml"],
            $$"""
            bases:
              - {name: demo, path: {{RepositoryRoot.Combine("models", "demo")}}/base}
            encoders:
              - {name: minilm, path: {{SentenceModels.MiniLm}}}
            """,
            _cancellation);
        await using var cluster = await TestCluster.StartAsync("--hosts", "2", "--config", folder["experts.yaml"]);

        var answer = Ask(cluster);

        float[][] vectors = [.. answer.GetProperty("vectors").EnumerateArray().Select(Numbers)];

        // As the model's card has them.
        Assert.Equal(0.6660, Dot(vectors[0], vectors[1]), 3);
        Assert.Equal(0.1046, Dot(vectors[0], vectors[2]), 3);
        Assert.Equal(1, Dot(vectors[0], Numbers(answer.GetProperty("plain"))), 4);
        Assert.InRange(answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), 20, 40);
        Assert.Equal((400, "input[1]"), (answer.GetProperty("long").GetProperty("status").GetInt32(), answer.GetProperty("long").GetProperty("param").GetString()));

        // One of them has it in memory; nobody asks which.
        foreach (var host in cluster.Hosts().Values.Take(1))
        {
            TestCluster.Kill(host);
        }

        using var reranked = await cluster.Http.PostAsJsonAsync(
            "/v1/rerank", new { query = "Who may end a lease?", documents = new[] { "Boil the pasta.", "A tenant may leave with notice." } }, _cancellation);
        var results = (await reranked.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("results");
        Assert.Equal([1, 0], results.EnumerateArray().Select(r => r.GetProperty("index").GetInt32()));
    }

    private static JsonElement Ask(TestCluster cluster)
    {
        string input = JsonSerializer.Serialize(new { directory = NpmPackages.Install("System.Tests"), baseURL = new Uri(cluster.Http.BaseAddress!, "/v1").ToString(), step = "embeddings" });
        return JsonElement.Parse(Tool.Run("node", [RepositoryRoot.Combine("tests", "System.Tests", "npm", "openai.mjs")], RepositoryRoot.Path, input));
    }

    private static float[] Numbers(JsonElement vector) => [.. vector.EnumerateArray().Select(n => n.GetSingle())];

    private static double Dot(float[] one, float[] two) => one.Zip(two).Sum(pair => (double)pair.First * pair.Second);
}
