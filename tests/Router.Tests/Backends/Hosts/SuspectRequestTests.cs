using System.Collections.Concurrent;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>Requests that hosts are lost over. What a host "dies" of, ends its server and its connections.</summary>
public sealed class SuspectRequestTests
{
    /// <summary>A connection that ends takes what it has not sent with it: as hosts do, these give it time.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<(int Host, GenerateRequest Request)> _asked = new();
    private FakeHosts _hosts = null!;

    [Theory(Timeout = 60_000)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Open_HostsDieOfIt_TwoDoAndItIsRefused(int count)
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(count, async (host, request, stream, context) =>
        {
            await DieOfAsync("poison", host, request, context);
            await stream.WriteAsync(Whole());
        });

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => OpenAsync("poison"));

        if (count > 2)
        {
            Assert.Equal((FailureKind.InvalidArgument, "prompt"), (error.Failure.Kind, error.Failure.Field));
            Assert.Contains("refused for a while", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("poison", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal([false, true], _asked.Select(a => a.Request.Suspect));
        Assert.Equal(SuspectStanding.Refused, StandingOf("poison"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_Refused_NoHostIsAskedAndOtherTextsAre()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(1, (host, request, stream, context) => AnswerAsync(host, request, stream));
        hosts.Suspects.Lost(HashOf("poison"), "host-9", alone: true);

        await Assert.ThrowsAsync<RequestFailedException>(() => OpenAsync("poison"));
        Assert.Empty(_asked);

        using var stream = await OpenAsync("harmless");
        Assert.False(Assert.Single(_asked).Request.Suspect);
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_SuspectGivesAToken_IsClearedAndTheNextIsOrdinary()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(1, (host, request, stream, context) => AnswerAsync(host, request, stream));
        hosts.Suspects.Lost(HashOf("text"), "host-9", alone: false);

        (await OpenAsync("text")).Dispose();
        (await OpenAsync("text")).Dispose();

        Assert.Equal([true, false], _asked.Select(a => a.Request.Suspect));
        Assert.Equal(SuspectStanding.Free, StandingOf("text"));
    }

    /// <summary>Before its headers the host has touched nothing of it; after an empty chunk it is not alone.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("waiting", 0)]
    [InlineData("alone", 1)]
    [InlineData("over", 0)]
    public async Task Open_HostOfASuspectDies_IsRefusedWhereItWasAlone(string phase, int refused)
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(2, async (host, request, stream, context) =>
        {
            _asked.Enqueue((host, request.Clone()));
            if (_asked.Count == 1)
            {
                if (phase != "waiting")
                {
                    await context.WriteResponseHeadersAsync([]);
                }

                if (phase == "over")
                {
                    await stream.WriteAsync(new GenerateChunk());
                }

                await DieAsync(host, context);
            }

            await stream.WriteAsync(Whole());
        });
        hosts.Suspects.Lost(HashOf("text"), "host-9", alone: false);

        var open = OpenAsync("text");

        if (refused > 0)
        {
            await Assert.ThrowsAsync<RequestFailedException>(() => open);
        }
        else
        {
            (await open).Dispose();
        }

        Assert.Equal(refused > 0 ? SuspectStanding.Refused : SuspectStanding.Free, StandingOf("text"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_HostSaysNoOrIsNotThere_IsNoSuspect()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(3, async (host, request, stream, context) =>
        {
            _asked.Enqueue((host, request.Clone()));
            if (_asked.Count == 1)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "it drains"));
            }

            await stream.WriteAsync(Whole());
        });
        await hosts.StopAsync(0);

        (await OpenAsync("text")).Dispose();

        Assert.Equal(SuspectStanding.Free, StandingOf("text"));
        Assert.All(_asked, a => Assert.False(a.Request.Suspect));
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_HostDiesUnderAnAnswerThatHasBegun_IsNoSuspect()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(2, async (host, request, stream, context) =>
        {
            _asked.Enqueue((host, request.Clone()));
            if (request.ResumeTokens.Count == 0)
            {
                await stream.WriteAsync(new GenerateChunk { Tokens = { new Token { Id = 0 } } });
                await DieAsync(host, context);
            }

            await stream.WriteAsync(Whole());
        });

        using var stream = await OpenAsync("text");
        await Streams.ReadAsync(stream);

        Assert.Equal(1, stream.Resumes);
        Assert.Equal(SuspectStanding.Free, StandingOf("text"));
        Assert.All(_asked, a => Assert.False(a.Request.Suspect));
    }

    /// <summary>Two callers send what kills: it is tried once for both of them.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Open_ManyCallersSendIt_OnlyOneOfThemIsTried()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(4, async (host, request, stream, context) =>
        {
            await DieOfAsync("poison", host, request, context);
            await stream.WriteAsync(Whole());
        });
        hosts.Suspects.Lost(HashOf("poison"), "host-9", alone: false);

        var opened = Enumerable.Range(0, 20).Select(_ => OpenAsync("poison")).ToArray();

        foreach (var open in opened)
        {
            await Assert.ThrowsAsync<RequestFailedException>(() => open);
        }

        Assert.Single(_asked);
    }

    /// <summary>Nothing is known of it yet, and all send it in one moment: one host has it, and one more tries it.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(4, 20)]
    [InlineData(8, 64)]
    public async Task Open_ManyCallersSendItAtOnce_TwoHostsDie(int count, int callers)
    {
        ConcurrentDictionary<int, bool> died = [];
        await using var hosts = _hosts = await FakeHosts.StartAsync(count, async (host, request, stream, context) =>
        {
            died[host] = true;
            await DieOfAsync("poison", host, request, context);
        });

        var opened = Enumerable.Range(0, callers).Select(_ => OpenAsync("poison")).ToArray();

        foreach (var open in opened)
        {
            await Assert.ThrowsAsync<RequestFailedException>(() => open);
        }

        Assert.Equal(2, died.Count);
        Assert.Equal(SuspectStanding.Refused, StandingOf("poison"));
    }

    /// <summary>It was not tried then, and nobody else may wait for that.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Open_HostThatMayNotBeCalled_TheSuspectCanBeTriedElsewhere()
    {
        await using var hosts = _hosts = await FakeHosts.StartAsync(1, (host, request, stream, context) => AnswerAsync(host, request, stream));
        hosts.Suspects.Lost(HashOf("text"), "host-9", alone: false);
        string address = hosts.AddressOf(0).Replace("http:", "https:", StringComparison.Ordinal);
        hosts.Known.Update(new ClusterView { Hosts = [new HostReport { Name = "host-0", Address = address, BaseRevisions = [FakeHosts.BaseRevision] }] }, _ => false);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var open = Streams.OpenAsync(hosts, new GenerateRequest { Prompt = "text" }, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open);

        Assert.Empty(_asked);
        Assert.True(hosts.Suspects.TryBegin(HashOf("text")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_CallerLeavesAndThenTheHostDies_IsSuspect()
    {
        var arrived = new TaskCompletionSource();
        await using var hosts = _hosts = await FakeHosts.StartAsync(1, async (host, request, stream, context) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        });
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var open = Streams.OpenAsync(hosts, new GenerateRequest { Prompt = "text" }, caller.Token);
        await arrived.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => open);
        Assert.Equal(SuspectStanding.Free, StandingOf("text"));

        await hosts.StopAsync(0);
        await hosts.Liveness.AskAsync(TestContext.Current.CancellationToken);

        Assert.Equal(SuspectStanding.Suspect, StandingOf("text"));
    }

    private static GenerateChunk Whole() => new() { Tokens = { new Token { Id = 1 } }, FinishReason = FinishReason.Stop };

    private static string HashOf(string prompt) => RequestHash.Of(new GenerateRequest { Prompt = prompt });

    private SuspectStanding StandingOf(string prompt) => _hosts.Suspects.StandingOf(HashOf(prompt));

    private Task<ResumingStream> OpenAsync(string prompt) =>
        Streams.OpenAsync(_hosts, new GenerateRequest { Prompt = prompt }, TestContext.Current.CancellationToken);

    private async Task AnswerAsync(int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream)
    {
        _asked.Enqueue((host, request.Clone()));
        await stream.WriteAsync(Whole());
    }

    private async Task DieOfAsync(string prompt, int host, GenerateRequest request, ServerCallContext context)
    {
        _asked.Enqueue((host, request.Clone()));
        if (request.Prompt == prompt)
        {
            if (request.Suspect)
            {
                await context.WriteResponseHeadersAsync([]);
            }

            await DieAsync(host, context);
        }
    }

    private async Task DieAsync(int host, ServerCallContext context)
    {
        await Task.Delay(Notice, TimeProvider.System, context.CancellationToken);
        await _hosts.StopAsync(host);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
    }
}
