using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Planning;

/// <summary>A candidate for the gate's place, which likes another expert best: what it plans, and what it sees copies of.</summary>
public sealed class CandidateGateTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    /// <summary>By chance, so many in a hundred; the plan says which gate made it, and hosts go by that one's token gate.</summary>
    [Theory]
    [InlineData(0, 0.0, false)]
    [InlineData(1, 0.009, true)]
    [InlineData(50, 0.499, true)]
    [InlineData(50, 0.5, false)]
    [InlineData(100, 0.999, true)]
    public async Task Plan_Drawn_IsTheCandidates(int percent, double drawn, bool isCandidates)
    {
        using var script = Start(percent, drawn);

        var plan = await PlanAsync(script);

        Assert.Equal((isCandidates, isCandidates ? "tax" : "law"), (plan.IsByCandidate, plan.Experts[0].Name));
        Assert.Equal(isCandidates ? script.Catalogue.Current.GateCandidateRevision : script.Catalogue.Current.GateRevision, plan.GateRevision);
        Assert.Equal(isCandidates ? 0 : 1, script.Gate.Asked.Count);
        Assert.Equal(1, FiguresOf(script, isCandidates).Planned);
        Assert.Equal(0, FiguresOf(script, !isCandidates).Planned);
    }

    [Fact]
    public async Task Plan_MadeAnew_IsTheSameGates()
    {
        using var script = Start(50, 0.1, 0.9);
        script.Backend.Refuse = call => script.Backend.Calls.Count < 3 ? new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet")) : null;

        await PlanAsync(script);

        Assert.Equal(3, script.Backend.Calls.Count);
        Assert.All(script.Backend.Calls, call => Assert.True(call.Plan.IsByCandidate));
    }

    /// <summary>It costs nobody an answer.</summary>
    [Fact]
    public async Task Plan_CandidateFailsAtTheText_IsTheStableGates()
    {
        using var script = Start(100);
        script.Gate.Candidate!.Failure = new GateRunException("no number");

        var plan = await PlanAsync(script);

        Assert.Equal((false, "law"), (plan.IsByCandidate, plan.Experts[0].Name));
        Assert.Equal((0, 1), (FiguresOf(script, isCandidates: true).Planned, FiguresOf(script, isCandidates: true).FellBack));
    }

    [Fact]
    public async Task Plan_NoHostHasTheCandidatesGates_IsTheStableGatesBehindAWhile()
    {
        using var script = Start(100);
        script.Backend.Refuse = call => call.Plan.IsByCandidate ? new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet")) : null;

        var plan = await PlanAsync(script);

        Assert.Equal((false, "law"), (plan.IsByCandidate, plan.Experts[0].Name));
        Assert.Equal(1, FiguresOf(script, isCandidates: true).FellBack);
    }

    [Fact]
    public async Task Copy_OfWhatTheStableGatePlanned_IsComparedBehindIt()
    {
        using var script = Start(0);
        await PlanAsync(script);
        Assert.Empty(script.Gate.Candidate!.Asked);

        script.GateShadow.Work();
        Assert.Equal(["Who pays?"], script.Gate.Candidate.Asked);
        script.Gate.Candidate.Likes = "law";
        await PlanAsync(script);
        script.GateShadow.Work();
        script.Gate.Candidate.Failure = new GateRunException("no number");
        await PlanAsync(script);
        script.GateShadow.Work();

        var figures = FiguresOf(script, isCandidates: true);
        Assert.Equal((1, 1, 1, 0), (figures.Disagreed, figures.Agreed, figures.Failed, figures.Dropped));
    }

    /// <summary>Who names an expert asks no gate; and a request that is planned anew is one request.</summary>
    [Fact]
    public async Task Copy_ExpertByNameOrAPlanMadeAnew_IsNoneOrOne()
    {
        using var script = Start(0);
        await PlanAsync(script, "law");
        script.Backend.Refuse = call => script.Backend.Calls.Count < 4 ? new PlanOutdatedException(new Failure(FailureKind.Unavailable, "not yet")) : null;
        await PlanAsync(script);

        script.GateShadow.Work();

        Assert.Single(script.Gate.Candidate!.Asked);
    }

    [Fact]
    public void Copy_MoreThanMayWait_IsLeftOutAndCounted()
    {
        using var script = Start(0);
        string revision = script.Catalogue.Current.GateCandidateRevision;

        for (int i = 0; i < GateShadow.MostWaiting + 3; i++)
        {
            script.GateShadow.Offer(revision, ["a"], "tax");
        }

        Assert.Equal(3, FiguresOf(script, isCandidates: true).Dropped);
        script.GateShadow.Work();
        Assert.Equal(GateShadow.MostWaiting, FiguresOf(script, isCandidates: true).Agreed);
        script.GateShadow.Offer(revision, ["a"], "tax");
        Assert.Equal(3, FiguresOf(script, isCandidates: true).Dropped);
    }

    [Fact]
    public void Copy_LongerTextsThanMayWait_AreLeftOut()
    {
        using var script = Start(0);
        string revision = script.Catalogue.Current.GateCandidateRevision;
        string half = new('x', (GateShadow.MostText / 2) + 1);

        script.GateShadow.Offer(revision, [half], "tax");
        script.GateShadow.Offer(revision, [half], "tax");
        Assert.Equal(1, FiguresOf(script, isCandidates: true).Dropped);

        script.GateShadow.Work();
        script.GateShadow.Offer(revision, [half], "tax");
        Assert.Equal(1, FiguresOf(script, isCandidates: true).Dropped);
    }

    [Fact]
    public async Task Copy_OfACandidateThatIsGone_IsForgotten()
    {
        using var script = Start(0);
        await PlanAsync(script);
        var other = Catalogues.WithCandidate(2, 0, c => c with { GateCandidate = c.GateCandidate! with { Folder = c.Gates!, Since = 2 } });

        script.Catalogue.Swap(other);
        script.GateShadow.Work();

        Assert.Empty(script.Gate.Candidate!.Asked);
    }

    /// <summary>What callers say counts for the gate that chose, and follows it through its promotion.</summary>
    [Fact]
    public async Task Figures_Promoted_AreKept()
    {
        using var script = Start(100);
        var plan = await PlanAsync(script);
        string revision = script.Asked.Find(plan.RequestId)!.GateRevision;
        Assert.Equal(plan.GateRevision, revision);
        script.Gates.Judge(revision, good: true);
        script.Gates.Judge(revision, good: false);
        script.Gates.Judge("", good: false);

        script.Catalogue.Swap(Catalogues.WithCandidate(2, 0, c => c with { Gates = c.GateCandidate!.Folder, GateCandidate = null }));
        Assert.Equal((1, 1, 1), (script.Gates.FiguresOf(revision).Planned, script.Gates.FiguresOf(revision).Good, script.Gates.FiguresOf(revision).Bad));

        script.Catalogue.Swap(Catalogues.SnapshotOf(3, ("law", "demo")));
        Assert.Equal(new GateFigures(0, 0, 0, 0, 0, 0, 0, 0), script.Gates.FiguresOf(revision));
        script.Gates.Planned(revision);
        Assert.Equal(0, script.Gates.FiguresOf(revision).Planned);
    }

    [Fact]
    public async Task Asked_ExpertByName_IsOfNoGate()
    {
        using var script = Start(100);

        Assert.Equal("", script.Asked.Find((await PlanAsync(script, "law")).RequestId)!.GateRevision);
    }

    /// <summary>It costs itself alone.</summary>
    [Fact]
    public void States_CandidateCannotBeOpened_RouteByTheOther()
    {
        var catalogue = new CatalogueHolder(Catalogues.WithCandidate(1, 100));
        using var states = new RoutingStates(catalogue, new FolderContent(), new HalfKind(), NullLogger<RoutingStates>.Instance);
        Assert.Equal((true, null), (states.Current.Gate is not null, states.Current.Candidate));

        catalogue.Swap(Catalogues.WithCandidate(2, 100));
        Assert.Equal((2, true), (states.Current.Version, states.Current.Gate is not null));
    }

    /// <summary>A base of which one of the gates alone tells experts apart token by token.</summary>
    [Fact]
    public async Task Plan_CandidateWithoutATokenGate_IsOfRequestScope()
    {
        using var script = new ScriptedPipeline(Catalogues.WithCandidate(1, 100, c => c with { GateCandidate = c.GateCandidate! with { TokenGates = [] } }));

        Assert.Equal(MergeScope.Request, (await PlanAsync(script)).Scope);
    }

    private static ScriptedPipeline Start(int percent, params double[] random) => new(Catalogues.WithCandidate(1, percent), random: random);

    private static GateFigures FiguresOf(ScriptedPipeline script, bool isCandidates) =>
        script.Gates.FiguresOf(isCandidates ? script.Catalogue.Current.GateCandidateRevision : script.Catalogue.Current.GateRevision);

    private async Task<Plan> PlanAsync(ScriptedPipeline script, string model = CompletionRequest.Auto)
    {
        var running = ReadAsync();
        await script.Time.PassPausesAsync(running, TimeSpan.FromSeconds(1), _cancellation);
        return (await running)[0].Plan!;

        async Task<List<CompletionChunk>> ReadAsync()
        {
            List<CompletionChunk> chunks = [];
            await foreach (var chunk in script.Pipeline.RunAsync(new CompletionRequest { Model = model, Prompt = "Who pays?" }, DateTime.MaxValue, _cancellation))
            {
                chunks.Add(chunk);
            }

            return chunks;
        }
    }

    /// <summary>Opens a catalogue's first gate alone.</summary>
    private sealed class HalfKind : IGateKind
    {
        private int _opened;

        public string Name => "half";

        public IRequestGate? Open(GateInputs inputs) => _opened++ % 2 == 0 ? new FakeGate() : throw new SetupException("the gate is broken");
    }
}
