using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Peers;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Ensembles;

public sealed class RemoteMemberTests : IDisposable
{
    private const int Vocabulary = 16;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly KnownHosts _known = new();
    private readonly LogLines<Contributors> _log = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly List<GenerateRequest> _plans = [];
    private readonly HostChannels _channels = new(
        PeerTransport.ForClient(new TransportOptions(), new TlsOptions()), new DefaultDeadlines(new TransportOptions(), TimeProvider.System), new CallEnds(TimeProvider.System));

    public void Dispose()
    {
        _channels.Dispose();
        _changed.Dispose();
    }

    [Fact]
    public async Task Tell_EachToken_GoesThereAndTheNextPlaceComesBack()
    {
        await using var host = await PlayedContributor.StartAsync(EchoAsync);
        using var member = Begin(Request(), host);

        await UntilAsync(() => member.Latest is { Place: 0 });
        member.Tell(3);
        await UntilAsync(() => member.Latest is { Place: 1 });
        member.Tell(5);
        member.Tell(7);
        await UntilAsync(() => member.Latest is { Place: 3 });

        // It names the token that it was told last.
        Assert.Equal([7], member.Latest!.Tokens.ToArray());
        Assert.False(member.IsGone);
        var plan = Assert.Single(_plans);
        Assert.Equal(("other", "Who pays?", MergeMode.Ensemble, MergeScope.Request), (plan.Base, plan.Prompt, plan.Mode, plan.Scope));
        Assert.Equal([("law", 0.3), ("tax", 0.1)], plan.Experts.Select(e => (e.Name, e.Weight)));
        Assert.Equal([("law", 0.75), ("tax", 0.25)], member.Experts.Select(e => (e.Name, Math.Round(e.Weight, 9))));
        Assert.Empty(plan.Contributors);
    }

    [Fact]
    public async Task HostLostAfterItContributed_TheNextGoesOnBehindWhatWasDrawn()
    {
        await using var first = await PlayedContributor.StartAsync(async (requests, responses, context) =>
        {
            await requests.MoveNext(_cancellation);
            await responses.WriteAsync(Place(0, 1));
            await requests.MoveNext(_cancellation);
            context.GetHttpContext().Abort();
        });
        await using var second = await PlayedContributor.StartAsync(EchoAsync);
        var request = Request();
        request.ResumeTokens.Add(9);
        using var member = Begin(request, first, second);

        await UntilAsync(() => member.Latest is not null);
        member.Tell(4);
        await UntilAsync(() => member.Latest is { Place: 2 });

        Assert.Equal([9, 4], Assert.Single(_plans).ResumeTokens);
        Assert.False(member.IsGone);
        Assert.Null(member.TakeLost());
        Assert.Contains("host-0 contributes no more", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    /// <summary>Then the text may be what it was lost over, and no other host is given it.</summary>
    [Fact]
    public async Task HostLostBeforeItContributed_NoOtherIsAsked()
    {
        await using var first = await PlayedContributor.StartAsync(async (requests, _, context) =>
        {
            await requests.MoveNext(_cancellation);
            context.GetHttpContext().Abort();
        });
        await using var second = await PlayedContributor.StartAsync(EchoAsync);
        using var member = Begin(Request(), first, second);

        await UntilAsync(() => member.IsGone || member.Latest is not null);
        Assert.True(member.IsGone, string.Join('\n', _log.Lines.Select(l => l.Text)));

        Assert.Equal(("host-0", null), (member.TakeLost(), member.TakeLost()));
        Assert.Empty(_plans);
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Unavailable)]
    public async Task HostThatRefuses_TheNextIsAsked(StatusCode code)
    {
        await using var first = await PlayedContributor.StartAsync((_, _, _) => throw new RpcException(new Status(code, "not here")));
        await using var second = await PlayedContributor.StartAsync(EchoAsync);
        using var member = Begin(Request(), first, second);

        await UntilAsync(() => member.Latest is not null);

        Assert.Single(_plans);
        Assert.Null(member.TakeLost());
    }

    [Fact]
    public async Task HostThatIsNotThere_TheNextIsAsked()
    {
        var gone = await PlayedContributor.StartAsync(EchoAsync);
        await using var second = await PlayedContributor.StartAsync(EchoAsync);
        string address = gone.Address;
        await gone.DisposeAsync();
        using var member = Begin(Request(), address, second.Address);

        await UntilAsync(() => member.Latest is not null);

        Assert.Null(member.TakeLost());
    }

    public static TheoryData<Contribution> Wrong { get; } = new()
    {
        new Contribution { Place = 0, Tokens = { 99 }, Logprobs = { 0 } },
        new Contribution { Place = 0, Tokens = { 1 }, Logprobs = { -3 } },
        new Contribution { Place = -1, Tokens = { 1 }, Logprobs = { 0 } },
        new Contribution { Place = 0, Tokens = { 1 }, Logprobs = { 0 }, Vocabulary = 17 },
        new Contribution(),
    };

    /// <summary>It costs the answer that part alone.</summary>
    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task HostThatGivesNonsense_IsLeftOut(Contribution said)
    {
        await using var host = await PlayedContributor.StartAsync(async (requests, responses, _) =>
        {
            await requests.MoveNext(_cancellation);
            await responses.WriteAsync(said);
            await requests.MoveNext(_cancellation);
        });
        using var member = Begin(Request(), host);

        await UntilAsync(() => member.IsGone);

        Assert.Null(member.Latest);
    }

    [Fact]
    public async Task NoHosts_IsGoneAtOnce()
    {
        using var member = Begin(Request(), (string[])[]);

        await UntilAsync(() => member.IsGone);
    }

    [Fact]
    public async Task Dispose_EndsTheCall()
    {
        var ended = new TaskCompletionSource();
        await using var host = await PlayedContributor.StartAsync(async (requests, responses, context) =>
        {
            await requests.MoveNext(context.CancellationToken);
            await responses.WriteAsync(Place(0, 1));
            try
            {
                await requests.MoveNext(context.CancellationToken);
            }
            finally
            {
                ended.SetResult();
            }
        });
        var member = Begin(Request(), host);
        await UntilAsync(() => member.Latest is not null);

        member.Dispose();
        member.Dispose();

        await ended.Task.WaitAsync(_cancellation);
        Assert.Empty(_log.Lines);
    }

    private static GenerateRequest Request() => new()
    {
        Base = "demo",
        Prompt = "Who pays?",
        Mode = MergeMode.Ensemble,
        Scope = MergeScope.Request,
        Experts = { new ExpertRef { Name = "code", Weight = 0.6 } },
        Contributors = { new Contributor { Base = "other", Experts = { new ExpertRef { Name = "law", Weight = 0.3 }, new ExpertRef { Name = "tax", Weight = 0.1 } } } },
    };

    /// <summary>All of the probability is one token's.</summary>
    private static Contribution Place(int place, int token) => new() { Place = place, Tokens = { token }, Logprobs = { 0 } };

    private RemoteMember Begin(GenerateRequest request, params PlayedContributor[] hosts) => Begin(request, [.. hosts.Select(h => h.Address)]);

    private RemoteMember Begin(GenerateRequest request, params string[] addresses)
    {
        var contributor = request.Contributors[0];
        contributor.Hosts.AddRange(addresses.Select((_, i) => $"host-{i}"));
        _known.Update(new ClusterView { Hosts = [.. addresses.Select((address, i) => new HostReport { Name = $"host-{i}", Address = address })] });
        RemoteMember member = new(request, contributor, 8, Vocabulary, DateTime.MaxValue, _known, _channels, new HostMetrics(), _log);
        member.Start(() => _changed.Release());
        return member;
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await _changed.WaitAsync(_cancellation);
        }
    }

    /// <summary>Answers for the place behind all that it was told, with the last of that.</summary>
    private async Task EchoAsync(IAsyncStreamReader<ContributeRequest> requests, IServerStreamWriter<Contribution> responses, ServerCallContext context)
    {
        List<int> told = [];
        while (await requests.MoveNext(_cancellation))
        {
            if (requests.Current.Plan is { } plan)
            {
                lock (_plans)
                {
                    _plans.Add(plan);
                }

                told.AddRange(plan.ResumeTokens);
            }

            told.AddRange(requests.Current.Tokens);
            await responses.WriteAsync(Place(told.Count, told.Count == 0 ? 1 : told[^1]));
        }
    }
}
