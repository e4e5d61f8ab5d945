using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>An expert with a canary and a shadow, whose adapters are those of other experts, so that their texts tell them apart.</summary>
public sealed class VersionsTests : IDisposable
{
    private const string Question = "From which module comes the function skobrur_fn?";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Up_ExpertWithVersions_EachDoesItsPartAndAPromotionDisturbsNobody()
    {
        Write("adapter: {0}/law\n    canary: {{adapter: {0}/code, percent: 50}}\n    shadow: {{adapter: {0}/finance}}");
        await using var cluster = await TestCluster.StartAsync("--hosts", "2", "--config", _folder["experts.yaml"]);

        // The header decides, and the plan says who answered.
        var stable = await AskAsync(cluster, "stable");
        var canary = await AskAsync(cluster, "canary");
        Assert.Equal(("stable", "canary"), (stable.Plan.Experts[0].Version, canary.Plan.Experts[0].Version));
        Assert.NotEqual(stable.Plan.Experts[0].Revision, canary.Plan.Experts[0].Revision);
        Assert.NotEqual(stable.Text, canary.Text);
        var refusal = (await Assert.ThrowsAsync<RpcException>(() => AskAsync(cluster, "shadow"))).Status;
        Assert.Equal((StatusCode.InvalidArgument, "X-ExpertCluster-Version is \"shadow\"; it must be stable or canary"), (refusal.StatusCode, refusal.Detail));

        // Without it chance does, and nobody sees the shadow's text.
        List<string> versions = [];
        for (int i = 0; i < 60; i++)
        {
            var answer = await AskAsync(cluster, version: null);
            string version = answer.Plan.Experts[0].Version;
            Assert.Equal(version == "stable" ? stable.Text : canary.Text, answer.Text);
            versions.Add(version);
        }

        Assert.Equal(["canary", "stable"], versions.Distinct().Order());

        // Each of the stable version's answers was laid beside the shadow's.
        int answered = 1 + versions.Count(v => v == "stable");
        JsonElement[] told;
        do
        {
            told = await VersionsAsync(cluster);
        }
        while (told[2].GetProperty("figures") is not { ValueKind: JsonValueKind.Object } shadow || shadow.GetProperty("compared").GetInt32() < answered);

        Assert.Equal(["stable", "canary", "shadow"], told.Select(v => v.GetProperty("version").GetString()));
        Assert.Equal([50, 50, 100], told.Select(v => v.GetProperty("percent").GetInt32()));
        Assert.Equal([answered, 62 - answered, answered], told.Select(v => v.GetProperty("figures").GetProperty("requests").GetInt32()));
        Assert.All(told, v => Assert.Equal(0, v.GetProperty("figures").GetProperty("errors").GetInt32()));
        Assert.All(told, v => Assert.True(v.GetProperty("figures").GetProperty("mean_tokens").GetDouble() > 0));
        Assert.Equal(0, told[2].GetProperty("figures").GetProperty("equal").GetInt32());
        Assert.True(await Gauges.ReadAsync(cluster, cluster.Router(), "expert_cluster_shadow_comparisons_total") >= answered);

        // Promotion: streams that began on the canary end on it, and nobody is refused.
        string undisturbed = (await cluster.Client.AskAsync(Endless(), "canary")).Text;
        var streams = Enumerable.Range(0, 4).Select(_ => cluster.Client.AskAsync(Endless(), "canary")).ToArray();
        Write("adapter: {0}/code");
        while ((await AskAsync(cluster, version: null)).Plan.Experts[0] is not { Version: "stable" } now || now.Revision != canary.Plan.Experts[0].Revision)
        {
            _cancellation.ThrowIfCancellationRequested();
            int ended = Array.FindIndex(streams, s => s.IsCompleted);
            if (ended >= 0)
            {
                Assert.Equal(undisturbed, (await streams[ended]).Text);
                streams[ended] = cluster.Client.AskAsync(Endless(), "canary");
            }
        }

        Assert.All(await Task.WhenAll(streams), stream => Assert.Equal((undisturbed, 900), (stream.Text, stream.Tokens.Count)));
        Assert.Equal(canary.Text, (await AskAsync(cluster, "canary")).Text);
        Assert.Empty(await VersionsAsync(cluster));
        Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
    }

    /// <summary>Where it goes on is another host, whose catalogue calls that content stable, or has let it go.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData("adapter: {0}/code")]
    [InlineData("adapter: {0}/law")]
    public async Task Up_HostDiesBehindAPromotionOrARemoval_StreamsOfTheCanaryGoOnToTheSameText(string after)
    {
        Write("adapter: {0}/law\n    canary: {{adapter: {0}/code}}");
        await using var cluster = await TestCluster.StartAsync("--hosts", "2", "--config", _folder["experts.yaml"]);
        string undisturbed = (await cluster.Client.AskAsync(Endless(), "canary")).Text;
        string revision = (await AskAsync(cluster, "canary")).Plan.Experts[0].Revision;

        // So many that each takes its time.
        var streams = Enumerable.Range(0, 24).Select(_ => cluster.Client.AskAsync(Endless(), "canary")).ToArray();
        Write(after);
        while ((await VersionsAsync(cluster)).Length > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
        }

        TestCluster.Kill(cluster.Hosts()["host-0"]);

        var answers = await Task.WhenAll(streams);
        Assert.All(answers, answer => Assert.Equal((undisturbed, 900), (answer.Text, answer.Tokens.Count)));
        var resumed = answers.SelectMany(a => a.Chunks).Select(c => c.Plan).Where(p => p?.Reason == "resumed").ToList();
        Assert.NotEmpty(resumed);
        Assert.All(resumed, plan => Assert.Equal((revision, "canary"), (plan.Experts[0].Revision, plan.Experts[0].Version)));
    }

    private static CompleteRequest Endless()
    {
        var request = Requests.Endless(seed: 5);
        request.Model = "law";
        return request;
    }

    private static Task<Answer> AskAsync(TestCluster cluster, string? version) => cluster.Client.AskAsync(Requests.Chat("law", Question, 24), version);

    private async Task<JsonElement[]> VersionsAsync(TestCluster cluster)
    {
        string expert = await cluster.Http.GetStringAsync(new Uri("/admin/experts/law", UriKind.Relative), _cancellation);
        return [.. JsonDocument.Parse(expert).RootElement.GetProperty("versions").EnumerateArray()];
    }

    /// <param name="law">The expert's keys; {0} is where adapters are.</param>
    private void Write(string law)
    {
        string models = RepositoryRoot.Combine("models", "demo");
        File.WriteAllText(
            _folder["experts.yaml"],
            $"bases:\n  - name: demo\n    path: {models}/base\nexperts:\n  - name: law\n    base: demo\n    replicas: 2\n    {string.Format(null, law, $"{models}/adapters")}\n");
    }
}
