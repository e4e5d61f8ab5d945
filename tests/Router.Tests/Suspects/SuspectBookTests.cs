using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Suspects;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Router.Tests.Suspects;

public sealed class SuspectBookTests
{
    private readonly ManualTime _time = new();
    private readonly SuspectBook _book;

    public SuspectBookTests() => _book = SuspectBooks.Empty(_time);

    [Fact]
    public void Lost_BesideOthers_IsSuspectForAMinute()
    {
        _book.Lost("a", "host-0", alone: false);

        Assert.Equal(SuspectStanding.Suspect, Standing("a"));
        Assert.Equal(SuspectStanding.Free, Standing("b"));

        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(SuspectStanding.Free, Standing("a"));
    }

    [Fact]
    public void Lost_Alone_IsRefusedForAsLongAsTheOptionSays()
    {
        _book.Lost("a", "host-0", alone: false);
        _book.Lost("a", "host-1", alone: true);

        _time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal(SuspectStanding.Refused, Standing("a"));
        Assert.Equal(1, _book.Refused);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SuspectStanding.Free, Standing("a"));
        Assert.Equal(0, _book.Refused);
    }

    [Fact]
    public void Lost_ThreeHostsBesideOthers_IsRefused()
    {
        _book.Lost("a", "host-0", alone: false);
        _book.Lost("a", "host-1", alone: false);
        Assert.Equal(SuspectStanding.Suspect, Standing("a"));

        _book.Lost("a", "host-2", alone: false);

        Assert.Equal(SuspectStanding.Refused, Standing("a"));
    }

    /// <summary>A text that a hundred callers sent was on the lost host a hundred times, and it was lost once.</summary>
    [Fact]
    public void Lost_TheSameHostManyTimes_CountsOnce()
    {
        for (int i = 0; i < 100; i++)
        {
            _book.Lost("a", "host-0", alone: false);
        }

        Assert.Equal(SuspectStanding.Suspect, Standing("a"));
    }

    [Fact]
    public void Clear_Suspect_IsFreeAndARefusedOneStays()
    {
        _book.Lost("a", "host-0", alone: false);
        _book.Lost("b", "host-0", alone: true);

        _book.Clear("a");
        _book.Clear("b");

        Assert.Equal(SuspectStanding.Free, Standing("a"));
        Assert.Equal(SuspectStanding.Refused, Standing("b"));
    }

    [Fact]
    public void TryBegin_OneAtATime()
    {
        Assert.True(_book.TryBegin("a"));
        Assert.False(_book.TryBegin("a"));
        Assert.True(_book.TryBegin("b"));

        _book.End("a");

        Assert.True(_book.TryBegin("a"));
    }

    [Fact]
    public void LoseHost_WhatCallersHadJustLeft_IsSuspect()
    {
        _book.Leave("host-0", "old");
        _time.Advance(TimeSpan.FromSeconds(4));
        _book.Leave("host-0", "new");
        _book.Leave("host-1", "elsewhere");

        _book.LoseHost("host-0");

        Assert.Equal(SuspectStanding.Free, Standing("old"));
        Assert.Equal(SuspectStanding.Suspect, Standing("new"));
        Assert.Equal(SuspectStanding.Free, Standing("elsewhere"));
    }

    [Fact]
    public void Learn_WhatAnotherRouterTold_HoldsHereAndIsNotToldOn()
    {
        var other = SuspectBooks.Empty(_time);
        other.Lost("a", "host-0", alone: true);
        other.Lost("b", "host-0", alone: false);

        _book.Learn(other.Tell());

        Assert.Equal(SuspectStanding.Refused, Standing("a"));
        Assert.Equal(SuspectStanding.Suspect, Standing("b"));
        Assert.Empty(_book.Tell());
    }

    /// <summary>What goes around in circles must end all the same.</summary>
    [Fact]
    public void Learn_TheSameAgain_LastsNoLonger()
    {
        _book.Learn([new SuspectText { Hash = "a", Refused = true, Losses = 2, Seconds = 600 }]);
        _time.Advance(TimeSpan.FromSeconds(599));
        _book.Learn([new SuspectText { Hash = "a", Refused = true, Losses = 2, Seconds = 600 }]);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(SuspectStanding.Free, Standing("a"));
    }

    [Fact]
    public void Lost_MoreThanTheBookHolds_TheRefusedStay()
    {
        _book.Lost("poison", "host-0", alone: true);
        for (int i = 0; i < 5000; i++)
        {
            _book.Lost($"{i}", "host-0", alone: false);
        }

        Assert.Equal(SuspectStanding.Refused, Standing("poison"));
        Assert.Equal(SuspectStanding.Suspect, Standing("4999"));
        Assert.Equal(SuspectText.Most, _book.Tell().Length);
        Assert.Equal("poison", _book.Tell()[0].Hash);
    }

    private SuspectStanding Standing(string hash) => _book.StandingOf(hash);
}
