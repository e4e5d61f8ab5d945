using System.Globalization;
using System.Net;
using ExpertCluster.Node.Membership;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.Node.Tests.Membership;

/// <summary>Rows as a node finds them that starts, and as they change while it looks.</summary>
public sealed class NewcomerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Members.Start));
    private readonly Newcomer _newcomer;

    public NewcomerTests() => _newcomer = new Newcomer(Members.Address(1), "host/host-1", _time);

    [Fact]
    public void Look_NobodyThere_IsSureAtOnce() => Assert.Equal(new Admission(IsSure: true), Look());

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    [InlineData(-25)]
    public void Look_MembersWhoseClocksAgree_IsSureAtOnceAndStaysSo(int ahead)
    {
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(new Admission(IsSure: true), Look(Living(2, ahead), Living(3, 0)));
            _time.Advance(Second);
        }
    }

    [Theory]
    [InlineData(3_600, "60 minutes ahead of that of host/host-2")]
    [InlineData(-3_600, "60 minutes behind that of host/host-2")]
    [InlineData(40, "40 seconds ahead of")]
    [InlineData(-31, "31 seconds behind")]
    [InlineData(-18_000, "5 hours behind")]
    [InlineData(31_536_000, "365 days ahead of")]
    public void Look_OwnClockIsWrong_SaysSoOnceTheOtherGaveASignOfLife(int ahead, string sentence)
    {
        Assert.Null(Look(Living(2, -ahead)).Refusal);
        _time.Advance(Second);

        string refusal = Look(Living(2, -ahead)).Refusal!;

        Assert.StartsWith("the clock of this machine is " + sentence, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    /// <summary>After all nodes were killed, and started again later.</summary>
    [Theory]
    [InlineData(-86_400)]
    [InlineData(-60)]
    public void Look_RowsOfThePast_AreNoReasonToWait(int ahead)
    {
        var left = Living(2, ahead);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(new Admission(IsSure: true), Look(left));
            _time.Advance(Second);
        }
    }

    /// <summary>Left by a node whose clock was wrong.</summary>
    [Fact]
    public void Look_RowOfTheFutureThatNobodyRenews_IsWaitedForAWhile()
    {
        var left = Living(2, 3_600);
        long began = _time.GetTimestamp();
        for (; _time.GetElapsedTime(began) < Newcomer.Patience; _time.Advance(Second))
        {
            Assert.Equal(new Admission(), Look(left));
        }

        Assert.Equal(new Admission(IsSure: true), Look(left));
    }

    [Fact]
    public void Look_OneOfThreeIsWrong_DecidesNothing()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Null(Look(Living(2, 0), Living(3, 7_200), Living(4, 1)).Refusal);
            _time.Advance(Second);
        }

        Assert.Contains("behind", After(() => Look(Living(2, 7_200), Living(3, 7_200), Living(4, 1))), StringComparison.Ordinal);
    }

    /// <summary>A member that died a minute ago and that nobody has evicted yet, a machine that slept, a store that was away.</summary>
    [Fact]
    public void Look_SignOfLifeOfLongAgo_SaysNothing()
    {
        Look(Living(2, 0));
        _time.Advance(Second);
        var last = Living(2, 0);
        Assert.Null(Look(last).Refusal);
        for (int i = 0; i < 50; i++)
        {
            _time.Advance(Second);
            Assert.Null(Look(last).Refusal);
        }

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(Look(Living(2, -3_000)).Refusal);
    }

    [Fact]
    public void Look_LivingMemberOfTheSameName_IsRefused()
    {
        Assert.Equal(new Admission(), Look(Living(2, 0, "host/host-1")));
        _time.Advance(Second);

        Assert.Equal(
            "host/host-1 is in the cluster already, at 10.0.0.7:11002: no two hosts may have one name; set another in ExpertCluster:Name",
            Look(Living(2, 0, "host/host-1")).Refusal);
    }

    /// <summary>Nobody goes by a router's name.</summary>
    [Fact]
    public void Look_LivingRouterOfTheSameName_IsTaken()
    {
        var router = new Newcomer(Members.Address(1), "router/a", _time);
        for (int i = 0; i < 3; i++)
        {
            var table = new MembershipTableData([Tuple.Create(Living(2, 0, "router/a"), "tag")], Members.Version(1));
            Assert.Equal(new Admission(IsSure: true), router.Look(table, _time.GetUtcNow()));
            _time.Advance(Second);
        }
    }

    /// <summary>As a pod that is started again elsewhere finds its own last row.</summary>
    [Fact]
    public void Look_DeadMemberOfTheSameName_IsWaitedForUntilItIsOut()
    {
        var left = Living(2, 0, "host/host-1");
        Look(left);
        _time.Advance(Second);
        Assert.Equal(new Admission(), Look(left));

        left.Status = SiloStatus.Dead;

        Assert.Equal(new Admission(IsSure: true), Look(left));
    }

    /// <summary>One that is started again on its ports can't be there twice.</summary>
    [Fact]
    public void Look_RowOfThisPlace_IsNoReasonToWait()
    {
        var last = Living(1, 0, "host/host-1");
        last.SiloAddress = SiloAddress.New(Members.Address(1).Endpoint, 0);

        Assert.Equal(new Admission(IsSure: true), Look(last));
    }

    /// <summary>Started at once, neither saw the other: the later one goes, and the earlier one stays.</summary>
    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void Look_DoubleFoundAfterBothJoined_RefusesTheLaterOne(int started, bool isRefused)
    {
        MembershipEntry[] rows = [];
        for (int i = 0; i < 2; i++)
        {
            rows = [Living(1, 0, "host/host-1"), Living(2, 0, "host/host-1")];
            rows[1].StartTime = rows[0].StartTime.AddSeconds(started);
            _time.Advance(Second);
            if (i == 0)
            {
                Look(rows);
            }
        }

        Assert.Equal(isRefused, Look(rows).Refusal is not null);
    }

    [Fact]
    public void IsSettled_AfterAMinute_IsTrue()
    {
        Assert.False(_newcomer.IsSettled);
        _time.Advance(Newcomer.Watch);
        Assert.True(_newcomer.IsSettled);
    }

    private string After(Func<Admission> look)
    {
        look();
        _time.Advance(Second);
        return look().Refusal ?? "";
    }

    private Admission Look(params MembershipEntry[] rows) =>
        _newcomer.Look(new MembershipTableData([.. rows.Select(r => Tuple.Create(r, "tag"))], Members.Version(1)), _time.GetUtcNow());

    /// <summary>One that gives a sign of life now, by a clock that is so many seconds ahead.</summary>
    private MembershipEntry Living(int silo, int ahead, string? name = null)
    {
        var row = Members.Entry(silo, SiloStatus.Active);
        row.SiloName = name ?? string.Create(CultureInfo.InvariantCulture, $"host/host-{silo}");
        row.IAmAliveTime = _time.GetUtcNow().UtcDateTime.AddSeconds(ahead);
        return row;
    }
}
