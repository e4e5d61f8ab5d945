using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests;

/// <summary>A cluster whose expert is another cluster's: its answers are the other's, alone, behind a draft and as a section.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class RemoteExpertTests(SharedCluster shared)
{
    private const string Key = "sk-that-no-log-may-have";
    private const string Question = "Name the interaction of tronmain.";
    private const string Answer = "A patient on tronmain should avoid alcohol.";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task RemoteExpert_AnswersAsItDoesAtHome_InEveryMerge()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["key"], Key, _cancellation);
        await File.WriteAllTextAsync(
            folder["experts.yaml"],
            $$"""
            bases:
              - {name: demo, path: {{DemoModels.Path("base")}}}
            experts:
              - {name: general, base: demo, examples: {{DemoModels.Path("examples", "general.txt")}}}
              - {name: finance, base: demo, adapter: {{DemoModels.Path("adapters", "finance")}}, examples: {{DemoModels.Path("examples", "finance.txt")}}}
              - name: doctor
                examples: {{DemoModels.Path("examples", "medicine.txt")}}
                cost: 10
                remote: {url: {{shared.Cluster.Http.BaseAddress}}v1, model: medicine, key_file: {{folder["key"]}}}
            """,
            _cancellation);
        await using var cluster = await TestCluster.StartInAsync(new Dictionary<string, string> { ["EXPERTCLUSTER_CACHE"] = folder["cache"] }, "--hosts", "1", "--config", folder["experts.yaml"]);

        var named = await AskAsync(cluster, """ "doctor" """);
        Assert.Equal((Answer, "remote", "doctor"), (TextOf(named), PlanOf(named).GetProperty("host").GetString(), ExpertsOf(named)[0]));
        Assert.Equal(JsonValueKind.Array, named.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").ValueKind);
        var usage = named.GetProperty("usage");
        Assert.Equal(10 * usage.GetProperty("total_tokens").GetInt32(), usage.GetProperty("experts")[0].GetProperty("cost").GetDouble());

        Assert.Equal(Answer, TextOf(await AskAsync(cluster, """ "auto" """)));

        // The generalist does not know it, and is not sure of what it says.
        var cascade = await AskAsync(cluster, """ "auto", "expert_cluster": {"merge": "cascade", "experts": [{"name": "general"}, {"name": "doctor"}]} """);
        Assert.Equal(Answer, TextOf(cascade));
        Assert.InRange(PlanOf(cascade).GetProperty("doubt").GetDouble(), 0.5, 1);
        Assert.Equal(["doctor", "general"], cascade.GetProperty("usage").GetProperty("experts").EnumerateArray().Select(e => e.GetProperty("name").GetString()!).Order());

        var sections = await AskAsync(cluster, """ "auto", "expert_cluster": {"merge": "sections"} """, $"Who is the auditor of Lonfunr? {Question}");
        Assert.Equal(["finance", "doctor"], ExpertsOf(sections));
        Assert.EndsWith($"### doctor\n\n{Answer}", TextOf(sections), StringComparison.Ordinal);

        using var refused = await PostAsync(cluster, """ "doctor", "top_k": 3 """, Question);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.DoesNotContain(Directory.EnumerateFiles(folder["cache"], "*.log", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains(Key, StringComparison.Ordinal));
    }

    private async Task<JsonElement> AskAsync(TestCluster cluster, string model, string question = Question)
    {
        using var answer = await PostAsync(cluster, model, question);
        string body = await answer.Content.ReadAsStringAsync(_cancellation);
        Assert.True(answer.IsSuccessStatusCode, body);
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private Task<HttpResponseMessage> PostAsync(TestCluster cluster, string model, string question)
    {
        string body = $$"""{"model": {{model}}, "messages": [{"role": "user", "content": {{JsonSerializer.Serialize(question)}}}], "temperature": 0, "logprobs": true}""";
        return cluster.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"), _cancellation);
    }

    private static string TextOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    private static JsonElement PlanOf(JsonElement answer) => answer.GetProperty("expert_cluster").GetProperty("plan");

    private static string[] ExpertsOf(JsonElement answer) => [.. PlanOf(answer).GetProperty("experts").EnumerateArray().Select(e => e.GetProperty("name").GetString()!)];
}
