using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>Callers say how answers were, over HTTP and gRPC; it is kept, listed, counted, and makes examples.</summary>
public sealed class FeedbackTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Feedback_OverBothApis_IsKeptAcrossARestartAndTeaches()
    {
        string overHttp;
        string overGrpc;
        await using (var cluster = await StartAsync())
        {
            overHttp = await AskAsync(cluster, "What is the rent of\tthe lease?\nSay it shortly.");
            Assert.Equal(HttpStatusCode.NoContent, (await GiveAsync(cluster, new { request_id = overHttp, verdict = "bad", expert = "law" })).StatusCode);

            var answer = await cluster.Client.AskAsync(Requests.Chat("auto", "From which module comes the function skobrur_fn?", 4));
            overGrpc = answer.Plan.RequestId;
            await cluster.Client.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = overGrpc, Verdict = Verdict.Bad }, cancellationToken: _cancellation);

            // Said again, it takes the place of what was said before.
            await cluster.Client.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = overGrpc, Verdict = Verdict.Good }, cancellationToken: _cancellation);
            string metrics = await cluster.Http.GetStringAsync("/metrics", _cancellation);
            Assert.Contains($"expert_cluster_feedback_total{{expert=\"{answer.Plan.Experts[0].Name}\",verdict=\"good\"}} 1", metrics, StringComparison.Ordinal);
            await RefusedAsync(cluster);
        }

        await using var next = await StartAsync();
        var kept = await next.Http.GetFromJsonAsync<JsonElement>("/admin/feedback", _cancellation);
        Assert.Equal(
            [(overGrpc, "good"), (overHttp[(overHttp.IndexOf('-', StringComparison.Ordinal) + 1)..], "bad")],
            kept.GetProperty("feedback").EnumerateArray().Select(f => (f.GetProperty("request_id").GetString()!, f.GetProperty("verdict").GetString()!)));

        // What was answered before the restart is remembered by nobody.
        var gone = await Assert.ThrowsAsync<RpcException>(async () =>
            await next.Client.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = overGrpc, Verdict = Verdict.Bad }, cancellationToken: _cancellation));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);

        string output = await Tool.RunAsync(
            "dotnet", ["exec", TestCluster.ProgramPath("Cli"), "feedback", "--grpc-address", next.GrpcAddress.ToString(), "--examples", _folder["taught"]], cancellationToken: _cancellation);
        Assert.Contains("law: 1 prompts", output, StringComparison.Ordinal);
        Assert.Equal(["What is the rent of the lease? Say it shortly."], await File.ReadAllLinesAsync(Path.Combine(_folder["taught"], "law.txt"), _cancellation));
    }

    private async Task RefusedAsync(TestCluster cluster)
    {
        string known = await AskAsync(cluster, "Hello!");
        (object Body, HttpStatusCode Status, string Param)[] wrong =
        [
            (new { request_id = known, verdict = "fine" }, HttpStatusCode.BadRequest, "verdict"),
            (new { verdict = "good" }, HttpStatusCode.BadRequest, "request_id"),
            (new { request_id = "chatcmpl-7", verdict = "good" }, HttpStatusCode.BadRequest, "request_id"),
            (new { request_id = new string('0', 32), verdict = "good" }, HttpStatusCode.NotFound, "request_id"),
            (new { request_id = known[..^4] + "0000", verdict = "good" }, HttpStatusCode.NotFound, "request_id"),
            (new { request_id = known, verdict = "bad", expert = "nobody\n" }, HttpStatusCode.BadRequest, "expert"),
            (new { request_id = known, verdict = "bad", colour = "red" }, HttpStatusCode.BadRequest, "colour"),
        ];
        foreach (var (body, status, param) in wrong)
        {
            using var answer = await GiveAsync(cluster, body);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(param, (await answer.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("error").GetProperty("param").GetString());
        }

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await cluster.Client.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = known }, cancellationToken: _cancellation));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
    }

    private async Task<string> AskAsync(TestCluster cluster, string text)
    {
        var body = new { model = "auto", max_tokens = 4, messages = new[] { new { role = "user", content = text } } };
        using var answer = await cluster.Http.PostAsJsonAsync("/v1/chat/completions", body, _cancellation);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(_cancellation)).GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> GiveAsync(TestCluster cluster, object body) => cluster.Http.PostAsJsonAsync("/v1/feedback", body, _cancellation);

    private Task<TestCluster> StartAsync() => TestCluster.StartInAsync(new Dictionary<string, string> { ["EXPERTCLUSTER_STATE"] = _folder["state"] }, "--hosts", "1");
}
