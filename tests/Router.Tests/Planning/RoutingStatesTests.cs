using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Planning;

/// <summary>The catalogue changes while requests are planned by it.</summary>
public sealed class RoutingStatesTests
{
    private readonly FakeKind _kind = new();

    [Fact]
    public void Current_CatalogueIsSwapped_IsMadeAnew()
    {
        var catalogue = Catalogues.Of(("law", "demo"));
        using var states = Open(catalogue);
        Assert.Null(states.Current.Catalogue.Find("tax"));

        catalogue.Swap(Catalogues.SnapshotOf(2, ("law", "demo"), ("tax", "demo")));

        Assert.Equal((2, true), (states.Current.Version, states.Current.Catalogue.Find("tax") is not null));
        Assert.Equal([["law"], ["law", "tax"]], _kind.Gates.Select(g => g.Experts));
    }

    /// <summary>Whoever waits for a catalogue on a router waits for plans by it, however long its gate takes to open.</summary>
    [Fact]
    public void Swap_GateIsBeingOpened_TheRestOfTheRouterReadsTheCatalogueThatIsRoutedBy()
    {
        var catalogue = Catalogues.Of(("law", "demo"));
        using var states = Open(catalogue);
        ICatalogueSource routed = states;
        (long Source, long Routed, bool HasChanged) meanwhile = default;
        var changed = routed.Changed;
        _kind.Opens = () => meanwhile = (catalogue.Current.Version, routed.Current.Version, changed.HasChanged);
        long plannedBy = 0;
        using var listening = changed.RegisterChangeCallback(_ => plannedBy = states.Current.Version, null);

        catalogue.Swap(Catalogues.SnapshotOf(2, ("tax", "demo")));

        Assert.Equal((2, 1, false), meanwhile);
        Assert.Equal((2, true, 2), (routed.Current.Version, changed.HasChanged, plannedBy));
    }

    [Fact]
    public void Swap_OldGateIsInUse_IsDisposedOfByTheLastWhoLeaves()
    {
        var catalogue = Catalogues.Of(("law", "demo"));
        using var states = Open(catalogue);
        var first = states.Enter();
        Assert.Same(first, states.Enter());

        catalogue.Swap(Catalogues.SnapshotOf(2, ("law", "demo")));

        Assert.False(_kind.Gates[0].IsDisposed);
        Assert.False(first.TryEnter());
        first.Leave();
        Assert.False(_kind.Gates[0].IsDisposed);
        first.Leave();
        Assert.True(_kind.Gates[0].IsDisposed);
        Assert.False(_kind.Gates[1].IsDisposed);
    }

    [Fact]
    public void Swap_NewGateCannotBeUsed_KeepsWhatRoutedSoFar()
    {
        var catalogue = Catalogues.Of(("law", "demo"));
        using var states = Open(catalogue);
        _kind.Failure = new SetupException("the gate is broken");

        catalogue.Swap(Catalogues.SnapshotOf(2, ("tax", "demo")));

        Assert.NotNull(states.Current.Catalogue.Find("law"));
        Assert.Equal(1, ((ICatalogueSource)states).Current.Version);
        Assert.False(_kind.Gates[0].IsDisposed);
        _kind.Failure = null;
        catalogue.Swap(Catalogues.SnapshotOf(3, ("tax", "demo")));
        Assert.NotNull(states.Current.Catalogue.Find("tax"));
    }

    [Fact]
    public async Task Swap_UnderLoad_NobodyScoresWithAGateThatIsGone()
    {
        var catalogue = Catalogues.Of(("law", "demo"));
        using var states = Open(catalogue);
        using var stop = new CancellationTokenSource();
        long plans = 0;
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var state = states.Enter();
                state.Value.Gate!.Score("a");
                Assert.NotNull(state.Value.Catalogue.Find("law"));
                state.Leave();
                Interlocked.Increment(ref plans);
            }
        })).ToList();

        for (int version = 2; version <= 300; version++)
        {
            long before = Interlocked.Read(ref plans);
            catalogue.Swap(Catalogues.SnapshotOf(version, ("law", "demo"), ($"tax-{version}", "demo")));
            SpinWait.SpinUntil(() => Interlocked.Read(ref plans) > before);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(300, states.Current.Version);
        Assert.Equal(1, _kind.Gates.Count(g => !g.IsDisposed));
    }

    private RoutingStates Open(CatalogueHolder catalogue) => new(catalogue, new FolderContent(), _kind, NullLogger<RoutingStates>.Instance);

    private sealed class FakeKind : IGateKind
    {
        public string Name => "fake";

        public List<FakeGate> Gates { get; } = [];

        public SetupException? Failure { get; set; }

        public Action Opens { get; set; } = static () => { };

        public IRequestGate? Open(GateInputs inputs)
        {
            Opens();
            if (Failure is { } failure)
            {
                throw failure;
            }

            Gates.Add(new FakeGate([.. inputs.Experts.Select(e => e.Name)]));
            return Gates[^1];
        }
    }

    private sealed class FakeGate(string[] experts) : IRequestGate, IDisposable
    {
        private volatile bool _isDisposed;

        public string[] Experts => experts;

        public bool IsDisposed => _isDisposed;

        public GateScores Score(string text)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new GateScores { Ranked = [new(experts[0], 1)], Generalist = "", Floor = 0 };
        }

        public void Dispose() => _isDisposed = true;
    }
}
