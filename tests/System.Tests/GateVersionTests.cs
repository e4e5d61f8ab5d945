using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>Callers say who should have answered; a gate learns it, is compared, takes over and gives the place back, while streams run.</summary>
public sealed class GateVersionTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public GateVersionTests()
    {
        string demo = RepositoryRoot.Combine("models", "demo");
        foreach (string expert in (string[])["law", "code"])
        {
            File.WriteAllLines(_folder[$"{expert}.txt"], File.ReadLines(Path.Combine(demo, "examples", $"{expert}.txt")).Take(60));
        }

        File.WriteAllText(_folder["experts.yaml"], $$"""
            bases: [{name: demo, path: {{demo}}/base}]
            experts:
              - {name: law, base: demo, adapter: {{demo}}/adapters/law, examples: {{_folder["law.txt"]}}}
              - {name: code, base: demo, adapter: {{demo}}/adapters/code, examples: {{_folder["code.txt"]}}}
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task Gate_TaughtByFeedback_PlansWhatItIsGivenAndGivesItBackUnderAStream()
    {
        await using var cluster = await TestCluster.StartInAsync(
            new Dictionary<string, string> { ["EXPERTCLUSTER_STATE"] = _folder["state"], ["XDG_CACHE_HOME"] = _folder["cache"] }, "--hosts", "2", "--config", _folder["experts.yaml"]);
        using var channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
        var admin = new Admin.AdminClient(channel);
        string[] words = ["zymurgy", "quincunx", "syzygy", "borborygmus", "quixotry", "vexillum"];
        string[] questions = [.. words.SelectMany(a => words.Where(b => b != a).Select(b => $"Tell me of {a} and {b}"))];
        string asked = questions[0];
        Assert.NotEqual("law", (await AskAsync(cluster, asked)).Plan.Experts[0].Name);
        using var stream = cluster.Client.Complete(Endless(), cancellationToken: _cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(_cancellation));

        // The cluster's store answers when a host has joined.
        await Gauges.UntilAsync(async () => (await cluster.Http.GetAsync("/admin/feedback", _cancellation)).IsSuccessStatusCode);

        // Nothing was said: nothing can be fitted, and there is nothing to promote.
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(async () => await admin.FitGateAsync(new FitGateRequest(), cancellationToken: _cancellation))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await cluster.Http.PostAsJsonAsync("/admin/gate/promote", new { force = true }, _cancellation)).StatusCode);
        foreach (string question in questions)
        {
            var answer = await AskAsync(cluster, question);
            await cluster.Client.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = answer.Plan.RequestId, Verdict = Verdict.Bad, Expert = "law" }, cancellationToken: _cancellation);
        }

        // A shadow: it plans nothing, and sees what is asked.
        var fitted = await admin.FitGateAsync(new FitGateRequest { Options = Wait(120) }, cancellationToken: _cancellation);
        Assert.Equal((true, "", "30 lessons, 30 of them new, kind of the file, 0 %"), (fitted.Served, fitted.Failure, fitted.Details));
        await Gauges.UntilAsync(async () =>
        {
            var plan = (await AskAsync(cluster, asked)).Plan;
            Assert.Equal("", plan.Gate);
            return (await GateAsync(admin)).Candidate.Figures.Disagreed > 0;
        });
        await Gauges.UntilAsync(async () => (await GateAsync(admin)).Comparison is { HeldOut: > 0 });
        var status = await GateAsync(admin);
        Assert.True(status.Comparison.CandidateRight >= status.Comparison.StableRight, $"{status.Comparison}");
        Assert.Equal((0L, true), (status.Candidate.Figures.Planned, status.Stable.Figures.Planned >= questions.Length));
        var told = await cluster.Http.GetFromJsonAsync<JsonElement>("/admin/gate", _cancellation);
        Assert.Equal(status.Candidate.Revision, told.GetProperty("candidate").GetProperty("revision").GetString());
        var difference = Assert.Single((await admin.DiffGatesAsync(new DiffGatesRequest { Texts = { asked } }, cancellationToken: _cancellation)).Differences);
        Assert.Equal("law", difference.Candidate);
        Assert.NotEqual("law", difference.Stable);

        // All of them.
        Assert.True((await admin.ShiftGateAsync(new ShiftGateRequest { Percent = 100, Options = Wait(60) }, cancellationToken: _cancellation)).Served);
        var planned = await AskAsync(cluster, asked);
        Assert.Equal(("candidate", "law"), (planned.Plan.Gate, planned.Plan.Experts[0].Name));
        if (planned.Plan.Scope == MergeScope.Token)
        {
            Assert.Equal(status.Candidate.Revision, planned.Plan.GateRevision);
        }

        using var begun = cluster.Client.Complete(Long(asked), cancellationToken: _cancellation);
        Assert.True(await begun.ResponseStream.MoveNext(_cancellation));
        Assert.Equal("candidate", begun.ResponseStream.Current.Plan.Gate);

        // Its place, and back: no gate is trained for it.
        Assert.True((await admin.PromoteGateAsync(new PromoteGateRequest { Options = Wait(60) }, cancellationToken: _cancellation)).Served);
        var promoted = await AskAsync(cluster, asked);
        Assert.Equal(("", "law", planned.Plan.GateRevision), (promoted.Plan.Gate, promoted.Plan.Experts[0].Name, promoted.Plan.GateRevision));
        Assert.Equal((status.Candidate.Revision, true, null), ((await GateAsync(admin)).Stable.Revision, (await GateAsync(admin)).Promoted, (await GateAsync(admin)).Candidate));
        Assert.True((await cluster.Http.PostAsJsonAsync("/admin/gate/rollback?wait_seconds=60", new { }, _cancellation)).IsSuccessStatusCode);
        Assert.NotEqual("law", (await AskAsync(cluster, asked)).Plan.Experts[0].Name);
        Assert.Equal(status.Stable.Revision, (await GateAsync(admin)).Stable.Revision);

        Assert.Equal(900, await EndAsync(stream));
        Assert.Equal(300, await EndAsync(begun));
        var changes = await admin.ListChangesAsync(new ListChangesRequest(), cancellationToken: _cancellation);
        Assert.Equal(["roll_back_gate", "promote_gate", "shift_gate", "fit_gate"], changes.Changes.Select(c => c.What));
        Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
    }

    private static CompleteRequest Endless()
    {
        var request = Requests.Endless(seed: 5);
        request.Model = "law";
        return request;
    }

    private static CompleteRequest Long(string question)
    {
        var request = Requests.Chat("auto", question, 300);
        request.Sampling.IgnoreEos = true;
        return request;
    }

    private static ChangeOptions Wait(int seconds) => new() { WaitSeconds = seconds };

    private static Task<Answer> AskAsync(TestCluster cluster, string question) => cluster.Client.AskAsync(Requests.Chat("auto", question, 4));

    private async Task<GateStatus> GateAsync(Admin.AdminClient admin) => await admin.GetGateAsync(new GetGateRequest(), cancellationToken: _cancellation);

    private async Task<int> EndAsync(AsyncServerStreamingCall<CompleteChunk> call)
    {
        var last = call.ResponseStream.Current;
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(_cancellation))
        {
            last = chunk;
        }

        return last.Usage.CompletionTokens;
    }
}
