using System.Collections.Concurrent;
using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Drills;

/// <summary>A text that hosts die of, among a thousand others: two die of it at most, the others' answers are whole, and then no router takes it any more.</summary>
[Collection(nameof(Alone))]
public sealed class PoisonTests
{
    private const int Others = 1000;
    private const int AtOnce = 64;
    private const int Tokens = 48;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ConcurrentQueue<string> _wrong = new();
    private int _begun;
    private int _resumed;

    [Fact(Timeout = 300_000)]
    public async Task AHostDiesOfAText_TwoDoAndNobodyElseNotices()
    {
        await using var cluster = await DrillCluster.StartReadyAsync(new DrillShape("redis", Hosts: 4) { Routers = 2, Host = Node.MortalHost });
        var poison = Requests.Chat("auto", "What does xyzzy mean?");
        string[] models = [.. Adapters.Trained, "general", "auto"];
        var requests = models.Select((m, i) => Request(m, seed: (ulong)(i + 1))).ToArray();
        var undisturbed = await Task.WhenAll(requests.Select(r => cluster.Client.AskAsync(r)));

        var others = Enumerable.Range(0, AtOnce).Select(i => AskAsync(cluster, requests, undisturbed)).ToArray();
        await Node.UntilAsync(() => Task.FromResult(Volatile.Read(ref _begun) > Others / 4));

        await RefusedAsync(cluster.Clients[0], poison);
        await Task.WhenAll(others);

        int dead = cluster.Hosts.Count(h => h.HasExited);
        TestContext.Current.TestOutputHelper!.WriteLine($"{dead} hosts died; {_resumed} of {Others} other streams went on elsewhere");
        Assert.True(_wrong.IsEmpty, string.Join('\n', _wrong.Take(20)));
        Assert.Equal(2, dead);

        // Whoever sends it again, to whichever router, once that has heard of it.
        await Node.UntilAsync(async () => await cluster.Clients[1].Router.FigureAsync("expert_cluster_refused_texts") == 1);
        await RefusedAsync(cluster.Clients[1], poison);
        await RefusedAsync(cluster.Clients[0], poison);
        Assert.Equal(dead, cluster.Hosts.Count(h => h.HasExited));
        Assert.Contains(cluster.Nodes, n => n.Output.Contains("is refused for", StringComparison.Ordinal));
        Assert.All(cluster.Nodes, n => Assert.DoesNotContain("xyzzy", n.Output, StringComparison.Ordinal));
    }

    private static CompleteRequest Request(string model, ulong seed)
    {
        var request = Requests.Endless(seed);
        (request.Model, request.Sampling.MaxTokens) = (model, Tokens);
        return request;
    }

    private static async Task RefusedAsync(RouterClient router, CompleteRequest request)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => router.Completions.AskAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.DoesNotContain("xyzzy", error.Status.Detail, StringComparison.Ordinal);
    }

    private async Task AskAsync(DrillCluster cluster, CompleteRequest[] requests, Answer[] undisturbed)
    {
        for (int i = Interlocked.Increment(ref _begun); i <= Others; i = Interlocked.Increment(ref _begun))
        {
            try
            {
                int which = i % requests.Length;
                var answer = await cluster.Clients[i % 2].Completions.AskAsync(requests[which]);
                Interlocked.Add(ref _resumed, answer.Chunks.Any(c => c.Plan?.Reason == "resumed") ? 1 : 0);
                if (Streams.Key(answer.Plan) == Streams.Key(undisturbed[which].Plan) && answer.Text != undisturbed[which].Text)
                {
                    _wrong.Enqueue($"{requests[which].Model}: another text");
                }
            }
            catch (RpcException error) when (!_cancellation.IsCancellationRequested)
            {
                _wrong.Enqueue(error.Status.ToString());
            }
        }
    }
}
