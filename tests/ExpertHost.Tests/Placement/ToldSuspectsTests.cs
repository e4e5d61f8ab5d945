using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.Fabric.Grains;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Placement;

public sealed class ToldSuspectsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ToldSuspects _told;

    public ToldSuspectsTests() => _told = new ToldSuspects(_time);

    [Fact]
    public void All_WhatWasTold_ForAsLongAsItWasTold()
    {
        _told.Tell([Text("a", seconds: 60), Text("b", seconds: 600, refused: true)]);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([("b", 590), ("a", 50)], _told.All().Select(t => (t.Hash, t.Seconds)));

        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(["b"], _told.All().Select(t => t.Hash));
    }

    /// <summary>Routers tell again every second, each with what is left.</summary>
    [Fact]
    public void Tell_Again_LastsAsLongAsTheWordThatIsNew()
    {
        _told.Tell([Text("a", seconds: 60)]);
        _time.Advance(TimeSpan.FromSeconds(20));
        _told.Tell([Text("a", seconds: 40)]);

        Assert.Equal(40, Assert.Single(_told.All()).Seconds);
    }

    [Fact]
    public void Tell_OneRouterRefusesWhatAnotherSuspects_IsRefused()
    {
        _told.Tell([Text("a", seconds: 600, refused: true)]);
        _told.Tell([Text("a", seconds: 60)]);
        _told.Tell([Text("b", seconds: 600)]);
        _told.Tell([Text("b", seconds: 60, refused: true)]);

        Assert.All(_told.All(), t => Assert.True(t.Refused));
    }

    [Fact]
    public void All_MoreThanAViewHolds_TheRefusedAreAmongThem()
    {
        _told.Tell([.. Enumerable.Range(0, 1000).Select(i => Text($"{i}", seconds: 60)), Text("poison", seconds: 30, refused: true)]);

        Assert.Equal(SuspectText.Most, _told.All().Length);
        Assert.Equal("poison", _told.All()[0].Hash);
    }

    private static SuspectText Text(string hash, int seconds, bool refused = false) => new() { Hash = hash, Seconds = seconds, Refused = refused, Losses = 1 };
}
