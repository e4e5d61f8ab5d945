using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>Experts come, grow and go through the admin API of a running cluster, and hosts drain.</summary>
public sealed class AdminChangeTests : IDisposable
{
    private const string CodeQuestion = "From which module comes the function skobrur_fn?";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;

    public AdminChangeTests()
    {
        _environment = new() { ["EXPERTCLUSTER_STATE"] = _folder["state"] };
        string demo = RepositoryRoot.Combine("models", "demo");
        File.WriteAllText(_folder["experts.yaml"], $$"""
            bases: [{name: demo, path: {{demo}}/base}]
            experts: [{name: law, base: demo, adapter: {{demo}}/adapters/law, examples: {{demo}}/examples/law.txt}]
            """);
        foreach (string expert in (string[])["code", "finance"])
        {
            Directory.CreateDirectory(_folder[expert]);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(demo, "adapters", expert)))
            {
                File.Copy(file, Path.Combine(_folder[expert], Path.GetFileName(file)));
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Api_ExpertsAndHosts_AreAsItWantsThemAlsoAfterARestart()
    {
        string examples = RepositoryRoot.Combine("models", "demo", "examples", "code.txt");
        await using (var cluster = await StartAsync())
        {
            using var channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
            var admin = new Admin.AdminClient(channel);

            // Over gRPC: by name once it is told to be served, by what is asked when the gate knows it.
            var spec = new ExpertSpec { Name = "code", Adapter = "code", Examples = { File.ReadLines(examples).Take(500) } };
            var made = await admin.ApplyExpertAsync(new ApplyExpertRequest { Expert = spec, Options = Wait("for the coders") }, cancellationToken: _cancellation);
            Assert.Equal((true, ""), (made.Served, made.Failure));
            Assert.Equal("code", (await cluster.Client.AskAsync(Requests.Chat("code", CodeQuestion, 8))).Plan.Experts[0].Name);
            await Gauges.UntilAsync(async () => (await cluster.Client.AskAsync(Requests.Chat("auto", CodeQuestion, 8))).Plan.Experts[0].Name == "code");

            // What can't be had is told, and costs nobody else anything.
            var refused = await admin.ApplyExpertAsync(
                new ApplyExpertRequest { Expert = new() { Name = "stray", Adapter = "../" }, Options = Wait() }, cancellationToken: _cancellation);
            Assert.Contains("below those that the API may name", refused.Failure, StringComparison.Ordinal);
            Assert.Equal(ExpertState.Failed, (await admin.GetExpertAsync(new GetExpertRequest { Name = "stray" }, cancellationToken: _cancellation)).State);
            await admin.RemoveExpertAsync(new RemoveExpertRequest { Name = "stray", Options = Wait() }, cancellationToken: _cancellation);

            // Over HTTP.
            var scaled = await cluster.Http.PostAsJsonAsync("/admin/experts/law/scale?wait_seconds=30", new { replicas = 2 }, _cancellation);
            Assert.True((await scaled.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("served").GetBoolean());
            await Gauges.UntilAsync(async () => (await admin.GetExpertAsync(new GetExpertRequest { Name = "law" }, cancellationToken: _cancellation)).Replicas.Count == 2);
            Assert.Equal(HttpStatusCode.Conflict, (await cluster.Http.DeleteAsync("/admin/experts/law", _cancellation)).StatusCode);

            await DrainAsync(cluster, admin);
        }

        await using var next = await StartAsync();
        Assert.Equal("code", (await next.Client.AskAsync(Requests.Chat("code", CodeQuestion, 8))).Plan.Experts[0].Name);
        var changes = await next.Http.GetFromJsonAsync<JsonElement>("/admin/changes", _cancellation);
        Assert.Equal(
            [("resume", "host-0"), ("drain", "host-0"), ("scale", "law"), ("remove", "stray"), ("apply", "stray"), ("apply", "code")],
            changes.GetProperty("changes").EnumerateArray().Select(c => (c.GetProperty("what").GetString()!, c.GetProperty("subject").GetString()!)));
        Assert.Equal("for the coders", changes.GetProperty("changes").EnumerateArray().Last().GetProperty("reason").GetString());
    }

    /// <summary>As vLLM's users do it.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Lora_LoadedAndUnloaded_ComesAndGoesAtOnceWhileAStreamRuns()
    {
        await using var cluster = await StartAsync();

        Assert.Equal((HttpStatusCode.OK, "Success: LoRA adapter 'finance' added successfully."), await LoraAsync(cluster, "load", """{"lora_name": "finance", "lora_path": "finance"}"""));
        var request = Requests.Endless(seed: 5);
        request.Model = "finance";
        using var running = cluster.Client.Complete(request, cancellationToken: _cancellation);
        Assert.True(await running.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(HttpStatusCode.BadRequest, (await LoraAsync(cluster, "load", """{"lora_name": "finance", "lora_path": "code"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await LoraAsync(cluster, "load", """{"lora_name": "finance", "lora_path": "finance", "load_inplace": true}""")).Status);
        var (status, text) = await LoraAsync(cluster, "load", """{"lora_name": "nothing", "lora_path": "nowhere"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("nowhere", text, StringComparison.Ordinal);

        Assert.Equal((HttpStatusCode.OK, "Success: LoRA adapter 'finance' removed successfully."), await LoraAsync(cluster, "unload", """{"lora_name": "finance"}"""));

        var error = await Assert.ThrowsAsync<RpcException>(() => cluster.Client.AskAsync(Requests.Chat("finance", "Who audits Lonfunr Ltd?", 8)));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        CompleteChunk? last = null;
        await foreach (var chunk in running.ResponseStream.ReadAllAsync(_cancellation))
        {
            last = chunk;
        }

        Assert.Equal(900, last!.Usage.CompletionTokens);
        Assert.Equal(HttpStatusCode.NotFound, (await LoraAsync(cluster, "unload", """{"lora_name": "finance"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await LoraAsync(cluster, "load", """{"lora_name": "x"}""")).Status);
    }

    private async Task DrainAsync(TestCluster cluster, Admin.AdminClient admin)
    {
        var drained = await admin.DrainHostAsync(new DrainHostRequest { Name = "host-0", Options = Wait() }, cancellationToken: _cancellation);
        Assert.True(drained.Served);
        for (int i = 0; i < 10; i++)
        {
            Assert.NotEmpty((await cluster.Client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?", 4))).Text);
        }

        var hosts = (await admin.ListHostsAsync(new ListHostsRequest(), cancellationToken: _cancellation)).Hosts;
        Assert.True(hosts.Single(h => h.Name == "host-0").Draining);
        var resumed = await admin.ResumeHostAsync(new ResumeHostRequest { Name = "host-0", Options = Wait() }, cancellationToken: _cancellation);
        Assert.True(resumed.Served);
    }

    private static ChangeOptions Wait(string reason = "") => new() { WaitSeconds = 60, Reason = reason };

    private Task<TestCluster> StartAsync() => TestCluster.StartInAsync(_environment, "--hosts", "2", "--config", _folder["experts.yaml"]);

    private async Task<(HttpStatusCode Status, string Text)> LoraAsync(TestCluster cluster, string what, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await cluster.Http.PostAsync($"/v1/{what}_lora_adapter", content, _cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(_cancellation));
    }
}
