using System.Net;
using System.Text;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills;

/// <summary>Two routers of one cluster, to a client one like the other.</summary>
[Collection(nameof(Alone))]
public sealed class RoutersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly LivingCatalogue _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

    [Theory(Timeout = 300_000)]
    [InlineData("redis")]
    public async Task AppliedThroughOne_IsServedByBothToTheSameTextAndARouterKilledLosesItsOwnCallsAlone(string store)
    {
        await using var cluster = await DrillCluster.StartAsync(
            new DrillShape(store, Hosts: 2) { Routers = 2, Kept = _catalogue.Path, Settings = new Dictionary<string, string> { ["ROUTER__ADMIN"] = "on" } });
        await Task.WhenAll(cluster.Nodes.Select(n => n.ReadyAsync()));
        var (first, second) = (cluster.Clients[0], cluster.Clients[1]);

        // The keeper listens to the first router; the change comes through the second.
        await ApplyAsync(second, "drugs", "medicine");
        await SameByBothAsync(cluster, "drugs");
        await SameByBothAsync(cluster, "auto");

        await FeedbackAsync(first, second);
        await ComebackAsync(first, second);
        await GrpcComebackAsync(second, first);

        // Enough that the routers have calls in the middle of them.
        var lost = Enumerable.Range(0, 8).Select(_ => Record.ExceptionAsync(() => first.Completions.AskAsync(Streams.Long("drugs", seed: 7))).AsTask()).ToArray();
        var kept = Enumerable.Range(0, 8).Select(_ => second.Completions.AskAsync(Streams.Long("drugs", seed: 7))).ToArray();
        await Node.UntilAsync(async () => await RunningAsync(first.Router) >= 8 && await RunningAsync(second.Router) >= 8);
        string lostRequest = (await first.Completions.AskAsync(Requests.Chat("auto", "Hello!", 4))).Plan.RequestId;
        await cluster.Router.KillAsync();

        Assert.All(await Task.WhenAll(lost), error => Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(error).StatusCode));
        var answers = await Task.WhenAll(kept);
        Assert.All(answers, a => Assert.Equal((FinishReason.Length, Streams.LongTokens, answers[0].Text), (a.Finish, a.Usage.CompletionTokens, a.Text)));

        // What it remembered is gone with it.
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => GiveAsync(second, lostRequest))).StatusCode);

        // Nothing of what the first did stays behind, and with it back the keeper hears of changes again.
        cluster.Router.Restart();
        await cluster.Router.ReadyAsync();
        await ApplyAsync(second, "alerts", "security");
        await SameByBothAsync(cluster, "alerts");
        await Node.UntilAsync(async () => await HostsRunAsync(cluster) == 0);
    }

    /// <summary>What one answered can be judged at the other.</summary>
    private async Task FeedbackAsync(RouterClient asked, RouterClient told)
    {
        string request = (await asked.Completions.AskAsync(Requests.Chat("auto", "Hello!", 4))).Plan.RequestId;
        await GiveAsync(told, request);
        var list = await told.Admin.ListFeedbackAsync(new ListFeedbackRequest(), cancellationToken: _cancellation);
        Assert.Equal((request, "good"), (Assert.Single(list.Feedback).RequestId, list.Feedback[0].Verdict));
        Assert.Equal(1, await asked.Router.FigureAsync("expert_cluster_feedback_total"));
    }

    /// <summary>A stream that was begun at one goes on at the other, to the same bytes, by an id of the caller's and by one of the router's; one that the other deletes is gone.</summary>
    private async Task ComebackAsync(RouterClient begun, RouterClient asked)
    {
        using var http = new HttpClient();
        foreach (string wish in (string[])["talk", "auto"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, At(begun, "/v1/completions"))
            {
                Content = new StringContent("""{"model": "drugs", "stream": true, "ignore_eos": true, "max_tokens": 200, "temperature": 0, "prompt": "The"}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("X-Conversation-Id", wish);
            using var first = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _cancellation);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            string id = first.Headers.GetValues("X-Conversation-Id").Single();

            // Both follow it while it runs.
            var there = http.GetStringAsync(At(asked, $"/v1/stream/{id}"), _cancellation);
            string here = await first.Content.ReadAsStringAsync(_cancellation);

            Assert.EndsWith("data: [DONE]\n\n", here, StringComparison.Ordinal);
            Assert.Equal(here, await there);
            string rest = await http.GetStringAsync(At(asked, $"/v1/stream/{id}?starting_after=3"), _cancellation);
            Assert.Equal(here[here.IndexOf("id: 4\n", StringComparison.Ordinal)..], rest);

            using var deleted = await http.DeleteAsync(At(asked, $"/v1/stream/{id}"), _cancellation);
            using var gone = await http.GetAsync(At(begun, $"/v1/stream/{id}"), _cancellation);
            Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
        }
    }

    /// <summary>The same over gRPC, by a caller that has left in between.</summary>
    private async Task GrpcComebackAsync(RouterClient begun, RouterClient asked)
    {
        var request = new CompleteRequest { Model = "drugs", Prompt = "The", Sampling = new Sampling { MaxTokens = 200, Temperature = 0, IgnoreEos = true } };
        List<CompleteChunk> had = [];
        string id;
        using (var first = begun.Completions.Complete(request, new Metadata { { "x-conversation-id", "auto" } }, cancellationToken: _cancellation))
        {
            while (had.Count < 3 && await first.ResponseStream.MoveNext(_cancellation))
            {
                had.Add(first.ResponseStream.Current);
            }

            id = (await first.ResponseHeadersAsync).GetValue("x-conversation-id")!;
        }

        var rest = await FollowAsync(asked, new FollowStreamRequest { Id = id, StartingAfter = had.Count });
        var whole = await FollowAsync(begun, new FollowStreamRequest { Id = id });
        Assert.Equal(whole, [.. had, .. rest]);
        Assert.Equal((200, FinishReason.Length), (whole.Sum(c => c.Tokens.Count), whole[^1].FinishReason));

        await asked.Completions.DeleteStreamAsync(new DeleteStreamRequest { Id = id }, cancellationToken: _cancellation);
        var gone = await Assert.ThrowsAsync<RpcException>(() => FollowAsync(begun, new FollowStreamRequest { Id = id }));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
    }

    private async Task<List<CompleteChunk>> FollowAsync(RouterClient router, FollowStreamRequest request)
    {
        List<CompleteChunk> chunks = [];
        using var call = router.Completions.FollowStream(request, cancellationToken: _cancellation);
        await foreach (var chunk in call.ResponseStream.ReadAllAsync(_cancellation))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    private static Uri At(RouterClient router, string path) => new($"http://{router.Router.Machine.Address}:{Node.HttpPort}{path}");

    private async Task GiveAsync(RouterClient router, string request) =>
        await router.Completions.GiveFeedbackAsync(new GiveFeedbackRequest { RequestId = request, Verdict = Verdict.Good }, cancellationToken: _cancellation);

    private async Task ApplyAsync(RouterClient router, string name, string adapter)
    {
        var spec = new ExpertSpec { Name = name, Adapter = _catalogue.NewAdapter(adapter), Examples = { Adapters.Examples(adapter, 60) }, Replicas = 2 };
        var answer = await router.Admin.ApplyExpertAsync(
            new ApplyExpertRequest { Expert = spec, Options = new ChangeOptions { WaitSeconds = 120 } }, cancellationToken: _cancellation);
        Assert.Equal((true, ""), (answer.Served, answer.Failure));
    }

    private static async Task SameByBothAsync(DrillCluster cluster, string model)
    {
        string question = "What is the daily dose of dizenskin?";
        await Node.UntilAsync(async () => (await Task.WhenAll(cluster.Clients.Select(c => c.Completions.TryAskAsync(model, question)))).All(a => a is not null));
        foreach (ulong seed in (ulong[])[0, 3])
        {
            // While gates are trained anew the two may go by different ones for a moment.
            long start = TimeProvider.System.GetTimestamp();
            Answer[] answers;
            do
            {
                answers = await Task.WhenAll(cluster.Clients.Select(c => c.Completions.AskAsync(Streams.Long(model, seed))));
            }
            while (Streams.Key(answers[0].Plan) != Streams.Key(answers[1].Plan) && TimeProvider.System.GetElapsedTime(start) < Patience);

            Assert.Equal(Streams.Key(answers[0].Plan), Streams.Key(answers[1].Plan));
            Assert.Equal(answers[0].Text, answers[1].Text);
        }
    }

    private static async Task<double> RunningAsync(Node router) => await router.FigureAsync("expert_cluster_requests_in_flight");

    private static async Task<double> HostsRunAsync(DrillCluster cluster) =>
        (await Task.WhenAll(cluster.Hosts.Select(h => h.FigureAsync("vllm:num_requests_running")))).Sum();
}
