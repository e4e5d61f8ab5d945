using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class ExpertChangesTests
{
    private readonly ExpertChanges _changes = new();

    [Fact]
    public void Next_First_IsAllThereIs()
    {
        var first = _changes.Next([Expert("a"), Expert("b")])!;

        Assert.True(first.Complete);
        Assert.Equal(["a", "b"], first.Experts.Select(e => e.Name));
    }

    [Fact]
    public void Next_NobodyIsThere_SaysSoOnce()
    {
        Assert.Equal(new WatchExpertsResponse { Complete = true }, _changes.Next([]));
        Assert.Null(_changes.Next([]));
    }

    [Fact]
    public void Next_NothingChanged_IsNothing()
    {
        _changes.Next([Expert("a"), Expert("b")]);

        Assert.Null(_changes.Next([Expert("a"), Expert("b")]));
    }

    [Fact]
    public void Next_OneChangedOneCameOneWent_IsThoseAlone()
    {
        _changes.Next([Expert("a"), Expert("b"), Expert("c")]);

        var next = _changes.Next([Expert("b"), Expert("c", "broken"), Expert("d")])!;

        Assert.True(next.Complete);
        Assert.Equal([("c", "broken"), ("d", "")], next.Experts.Select(e => (e.Name, e.Reason)));
        Assert.Equal(["a"], next.Removed);
        Assert.Null(_changes.Next([Expert("b"), Expert("c", "broken"), Expert("d")]));
    }

    /// <summary>Where a replica is counts, too: that is what is watched for.</summary>
    [Fact]
    public void Next_AReplicaCame_IsAChange()
    {
        _changes.Next([Expert("a")]);
        var moved = Expert("a");
        moved.Replicas.Add(new ReplicaStatus { Host = "h", Warm = true });

        Assert.Equal("h", Assert.Single(Assert.Single(_changes.Next([moved])!.Experts).Replicas).Host);
    }

    [Fact]
    public void Next_MoreThanAMessageHolds_ComesInParts()
    {
        ExpertStatus[] all = [.. Enumerable.Range(0, 2500).Select(i => Expert($"e{i}"))];

        var parts = Enumerable.Range(0, 3).Select(_ => _changes.Next(all)!).ToList();

        Assert.Equal([(1000, false), (1000, false), (500, true)], parts.Select(p => (p.Experts.Count, p.Complete)));
        Assert.Equal(all.Select(e => e.Name), parts.SelectMany(p => p.Experts).Select(e => e.Name));
        Assert.Null(_changes.Next(all));
    }

    private static ExpertStatus Expert(string name, string reason = "") => new() { Name = name, Reason = reason };
}
