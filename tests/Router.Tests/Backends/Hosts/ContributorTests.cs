using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Plan = ExpertCluster.Contracts.Routing.Plan;
using WeightedExpert = ExpertCluster.V1.WeightedExpert;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>Plans over several bases: one host draws the answer, and is told which hosts contribute.</summary>
public sealed class ContributorTests
{
    private static readonly Plan Ensemble = new()
    {
        Base = "demo",
        BaseRevision = FakeHosts.BaseRevision,
        Merge = "ensemble",
        Form = MergeForm.Ensemble,
        Scope = MergeScope.Request,
        K = 3,
        Experts =
        [
            new PlannedExpert("law", 0.5, FakeHosts.Revision),
            new PlannedExpert("code", 0.3, "c0") { Base = "large" },
            new PlannedExpert("tax", 0.2, "t0") { Base = "small" },
        ],
        OtherBases = [new PlannedBase("large", "b1", []), new PlannedBase("small", "b2", ["zone=a"])],
    };

    private readonly List<(int Host, GenerateRequest Request)> _asked = [];

    [Fact]
    public async Task Dispatch_PlanOverSeveralBases_NamesAHostOfEachAsidefromTheOneThatDraws()
    {
        await using var hosts = await FakeHosts.StartAsync(3, AnswerAsync);
        Tell(hosts, Report("host-0", ["b0", "b1"]), Report("host-1", ["b1", "b2"], "zone=a"), Report("host-2", ["b1", "b2"]));

        var asked = await AskAsync(hosts);

        Assert.Equal(["law"], asked.Request.Experts.Select(e => e.Name));
        Assert.Equal((0, MergeMode.Ensemble), (asked.Host, asked.Request.Mode));
        Assert.Equal(["large", "small"], asked.Request.Contributors.Select(c => c.Base));
        Assert.Equal([("code", "c0", 0.3), ("tax", "t0", 0.2)], asked.Request.Contributors.Select(c => c.Experts.Single()).Select(e => (e.Name, e.Revision, e.Weight)));

        // All run the first one's base, and whoever draws computes at the same time; only one has the second one's labels.
        Assert.Equal(3, asked.Request.Contributors[0].Hosts.Count);
        Assert.Equal("host-0", asked.Request.Contributors[0].Hosts[^1]);
        Assert.Equal(["host-1"], asked.Request.Contributors[1].Hosts);
    }

    [Fact]
    public async Task Dispatch_BaseThatNobodyRuns_HasNoHosts()
    {
        await using var hosts = await FakeHosts.StartAsync(1, AnswerAsync);

        var asked = await AskAsync(hosts);

        Assert.All(asked.Request.Contributors, c => Assert.Empty(c.Hosts));
        Assert.Equal(2, asked.Request.Contributors.Count);
    }

    [Fact]
    public async Task Dispatch_TriedAgain_NamesHostsAnew()
    {
        await using var hosts = await FakeHosts.StartAsync(2, async (host, request, stream, context) =>
        {
            if (_asked.Count == 0)
            {
                lock (_asked)
                {
                    _asked.Add((host, request));
                }

                context.GetHttpContext().Abort();
                return;
            }

            await AnswerAsync(host, request, stream, context);
        });
        Tell(hosts, Report("host-0", ["b0", "b1"]), Report("host-1", ["b0", "b1"]));

        await AskAsync(hosts);

        Assert.Equal(2, _asked.Count);
        Assert.NotEqual(_asked[0].Host, _asked[1].Host);
        Assert.All(_asked, a => Assert.Equal(2, a.Request.Contributors.Count));

        // The one that was lost is not asked to contribute.
        Assert.Equal([$"host-{_asked[1].Host}"], _asked[1].Request.Contributors[0].Hosts);
    }

    /// <summary>Whoever draws lives on; the text may be what the contributor was lost over.</summary>
    [Theory]
    [InlineData(1, "Suspect")]
    [InlineData(3, "Refused")]
    public async Task Chunk_NamesContributorsThatWereLostWithTheText_TheTextIsSuspect(int times, string standing)
    {
        int lost = 0;
        await using var hosts = await FakeHosts.StartAsync(1, async (host, request, stream, context) =>
        {
            await stream.WriteAsync(new GenerateChunk { Text = "a", Tokens = { new Token { Id = 1, Text = "a" } }, LostContributors = { $"host-{++lost + 3}" } });
            await stream.WriteAsync(new GenerateChunk { FinishReason = V1.FinishReason.Stop });
        });
        var call = HostCall.Of(new BackendCall(new CompletionRequest { Prompt = "Who pays?" }, Ensemble, DateTime.MaxValue));

        for (int i = 0; i < times; i++)
        {
            var again = HostCall.Of(new BackendCall(new CompletionRequest { Prompt = "Who pays?" }, Ensemble, DateTime.MaxValue));
            using var stream = await ResumingStream.OpenAsync(hosts.Dispatcher, again, hosts.Metrics, TestContext.Current.CancellationToken);
            Assert.Equal([1], await Streams.ReadAsync(stream));
        }

        Assert.Equal(standing, hosts.Suspects.StandingOf(call.Hash).ToString());
    }

    [Fact]
    public void Serves_OverSeveralBases_EnsemblesAlone()
    {
        HostBackend backend = new(null!, null!, null!);

        Assert.True(backend.Serves(Ensemble));
        Assert.False(backend.Serves(Ensemble with { Form = MergeForm.Route }));
        Assert.True(backend.Serves(Ensemble with { Form = MergeForm.Route, OtherBases = [] }));
    }

    private async Task<(int Host, GenerateRequest Request)> AskAsync(FakeHosts hosts)
    {
        var call = HostCall.Of(new BackendCall(new CompletionRequest { Prompt = "Who pays?" }, Ensemble, DateTime.MaxValue));
        using var stream = await ResumingStream.OpenAsync(hosts.Dispatcher, call, hosts.Metrics, TestContext.Current.CancellationToken);
        return _asked[^1];
    }

    private static HostReport Report(string name, string[] bases, params string[] labels) => new() { Name = name, BaseRevisions = bases, Labels = labels };

    private static void Tell(FakeHosts hosts, params HostReport[] reports)
    {
        var addresses = hosts.Known.Hosts.ToDictionary(h => h.Name, h => h.Address);
        hosts.Known.Update(new ClusterView { Hosts = [.. reports.Select(r => r with { Address = addresses[r.Name] })] }, _ => false);
    }

    private async Task AnswerAsync(int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream, ServerCallContext context)
    {
        lock (_asked)
        {
            _asked.Add((host, request));
        }

        var token = new Token { Id = 1, Text = "a", Experts = { new WeightedExpert { Name = "law", Weight = 1 } } };
        await stream.WriteAsync(new GenerateChunk { Text = "a", Tokens = { token }, FinishReason = V1.FinishReason.Stop });
    }
}
