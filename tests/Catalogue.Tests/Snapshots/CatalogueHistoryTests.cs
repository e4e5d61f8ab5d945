using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Snapshots;

public sealed class CatalogueHistoryTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly CatalogueHolder _holder = new(Version(1, ("law", "a")));
    private readonly CatalogueHistory _history;

    public CatalogueHistoryTests() => _history = new CatalogueHistory(_holder, _time);

    public void Dispose() => _history.Dispose();

    [Fact]
    public void Find_OlderContentOfAName_IsThereUntilTooManyCameAfterIt()
    {
        string old = _holder.Current.FindExpert("law")!.Revision;
        for (int version = 2; version <= CatalogueHistory.Kept; version++)
        {
            _holder.Swap(Version(version, ("law", "b")));
        }

        Assert.Equal(1, _history.Find("law", old)!.Value.Snapshot.Version);
        Assert.Equal(CatalogueHistory.Kept, _history.Find("law", "")!.Value.Snapshot.Version);
        Assert.Null(_history.Find("law", "0123"));

        _holder.Swap(Version(CatalogueHistory.Kept + 1, ("law", "b")));
        Assert.Null(_history.Find("law", old));
    }

    /// <summary>A request that began with a candidate goes on with it, whatever became of it.</summary>
    [Fact]
    public void FindGates_Candidate_IsThereAsOneAsTheStableOneAndBehindItsRollBack()
    {
        var plain = Catalogues.Of("law", "small") with { Gates = Catalogues.Gates("now") };
        var with = plain with { GateCandidate = Catalogues.Candidate("next") };
        _holder.Swap(new CatalogueSnapshot(2, with));
        string next = _holder.Current.GateCandidateRevision;
        Assert.Equal((2, 2), (_history.FindGates(next)!.Version, _history.FindGates("")!.Version));
        Assert.Equal(next, _history.FindGates(next)!.TokenGatesOf(next, "small")!.Value.Revision);
        Assert.Null(_history.FindGates(next)!.TokenGatesOf(next, "other"));

        // Its base has no token gate by the stable gates.
        Assert.Null(_history.FindGates("")!.TokenGatesOf("", "small"));

        _holder.Swap(new CatalogueSnapshot(3, plain));
        Assert.Equal(2, _history.FindGates(next)!.Version);

        _holder.Swap(new CatalogueSnapshot(4, plain with { Gates = with.GateCandidate!.Folder }));
        Assert.Equal((4, next), (_history.FindGates(next)!.Version, _holder.Current.GateRevision));
        for (int version = 5; version < 5 + CatalogueHistory.Kept; version++)
        {
            _holder.Swap(new CatalogueSnapshot(version, plain));
        }

        Assert.Null(_history.FindGates(next));
    }

    /// <summary>Hosts ask by name and revision, and serve a version as they serve any expert.</summary>
    [Fact]
    public void Find_RevisionOfAVersion_IsTheExpertAsThatVersion()
    {
        _holder.Swap(new CatalogueSnapshot(2, WithVersions("a", "b", "c")));
        var law = _holder.Current.FindExpert("law")!;

        var canary = _history.Find("law", law.Canary!.Revision)!.Value.Expert;
        var shadow = _history.Find("law", law.Shadow!.Revision)!.Value.Expert;

        Assert.Equal((law.Canary.Revision, law.Canary.Adapter, 8), (canary.Revision, canary.Adapter, canary.Rank));
        Assert.Equal((law.Shadow.Revision, law.Shadow.Adapter, 8), (shadow.Revision, shadow.Adapter, shadow.Rank));
        Assert.All([canary, shadow], e => Assert.Equal(("law", null, null), (e.Name, e.Canary, e.Shadow)));
        Assert.Equal(3, new[] { law.Revision, canary.Revision, shadow.Revision }.Distinct().Count());
        Assert.Same(law, _history.Find("law", "")!.Value.Expert);
        Assert.Null(_holder.Current.FindExpert("tax", law.Canary.Revision));
    }

    [Fact]
    public void Find_CanaryThatWasPromoted_IsWhatServesNow()
    {
        _holder.Swap(new CatalogueSnapshot(2, WithVersions("a", "b", "c")));
        string canary = _holder.Current.FindExpert("law")!.Canary!.Revision;

        _holder.Swap(Version(3, ("law", "b")));

        Assert.Equal((3, canary), (_history.Find("law", canary)!.Value.Snapshot.Version, _holder.Current.FindExpert("law")!.Revision));
    }

    [Fact]
    public void Find_CanaryThatWasTakenAway_IsThereUntilTooManyCameAfterIt()
    {
        _holder.Swap(new CatalogueSnapshot(2, WithVersions("a", "b", "c")));
        string canary = _holder.Current.FindExpert("law")!.Canary!.Revision;
        for (int version = 3; version < CatalogueHistory.Kept + 2; version++)
        {
            _holder.Swap(Version(version, ("law", "a")));
        }

        Assert.Equal(2, _history.Find("law", canary, evenGone: false)!.Value.Snapshot.Version);

        _holder.Swap(Version(CatalogueHistory.Kept + 2, ("law", "a")));
        Assert.Null(_history.Find("law", canary));
    }

    [Fact]
    public void Find_NameThatIsGone_IsForThoseWhoAskForIt()
    {
        _holder.Swap(Version(2, ("tax", "b")));

        Assert.NotNull(_history.Find("law", ""));
        Assert.Null(_history.Find("law", "", evenGone: false));
    }

    [Fact]
    public void FindGates_ByRevision_IsASnapshotThatHasThem()
    {
        Assert.Equal("", _holder.Current.GateRevision);
        _holder.Swap(new CatalogueSnapshot(2, Of(("law", "a")) with { Gates = Folder(PreparedFolder.Gates, "g") }));
        string gates = _holder.Current.GateRevision;
        _holder.Swap(Version(3, ("law", "a")));

        Assert.Equal(2, _history.FindGates(gates)!.Version);
        Assert.Equal(3, _history.FindGates("")!.Version);
        Assert.Null(_history.FindGates("0123"));
    }

    [Fact]
    public async Task Wait_ComesInTime_IsFound()
    {
        var waiting = _history.WaitAsync(h => h.Find("tax", "")?.Expert, TimeSpan.FromSeconds(2), _cancellation).AsTask();
        _holder.Swap(Version(2, ("law", "a")));
        Assert.False(waiting.IsCompleted);

        _holder.Swap(Version(3, ("tax", "b")));

        Assert.Equal("tax", (await waiting)!.Name);
    }

    [Fact]
    public async Task Wait_DoesNotCome_EndsWithPatience()
    {
        var waiting = _history.WaitAsync(h => h.Find("tax", "")?.Expert, TimeSpan.FromSeconds(2), _cancellation).AsTask();
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await waiting);
    }

    [Fact]
    public async Task Wait_CallerLeaves_IsCancelled()
    {
        using var leaving = new CancellationTokenSource();
        var waiting = _history.WaitAsync(h => h.Find("tax", "")?.Expert, TimeSpan.FromSeconds(2), leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Revision_OfAnExpert_IsThatOfBaseAndAdapter()
    {
        var snapshot = new CatalogueSnapshot(1, Of(("law", "a"), ("same", "a"), ("tax", "b"), ("alone", "")));
        var other = new CatalogueSnapshot(1, Of(("law", "a")) with { Bases = [new PreparedBase("small", Folder(PreparedFolder.Bases, "another"), false)] });
        string law = snapshot.FindExpert("law")!.Revision;

        Assert.Equal(law, snapshot.FindExpert("same")!.Revision);
        Assert.NotEqual(law, snapshot.FindExpert("tax")!.Revision);
        Assert.NotEqual(law, other.FindExpert("law")!.Revision);
        Assert.Equal(Revisions.Of(snapshot.Bases[0].Folder), snapshot.FindExpert("alone")!.Revision);
        Assert.All(snapshot.Experts, e => Assert.Matches("^[0-9a-f]{32}$", e.Revision));
    }

    private static CatalogueSnapshot Version(long version, params (string Name, string Content)[] experts) => new(version, Of(experts));

    private static PreparedCatalogue Of(params (string Name, string Content)[] experts) => new()
    {
        Bases = [new PreparedBase("small", Folder(PreparedFolder.Bases, "base"), HasTokenGate: false)],
        Experts = [.. experts.Select(e => new PreparedExpert { Name = e.Name, Base = "small", Adapter = e.Content.Length == 0 ? null : Folder(PreparedFolder.Adapters, e.Content) })],
    };

    private static PreparedCatalogue WithVersions(string stable, string canary, string shadow)
    {
        var catalogue = Of(("law", stable), ("tax", "t"));
        return catalogue with { Experts = [catalogue.Experts[0] with { Canary = VersionOf(canary), Shadow = VersionOf(shadow) }, catalogue.Experts[1]] };
    }

    private static PreparedVersion VersionOf(string content) => new() { Adapter = Folder(PreparedFolder.Adapters, content), Rank = 8 };

    private static PreparedFolder Folder(string kind, string content) =>
        PreparedFolder.Of(kind, [new PreparedFile(content, 1, new string('0', 64))]);
}
