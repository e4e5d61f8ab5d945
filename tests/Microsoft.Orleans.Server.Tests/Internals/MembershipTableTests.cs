using System.Net;
using Microsoft.Orleans.Server.Tests.Support;
using Orleans.Configuration;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals;

public sealed class MembershipTableTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Suspect_OneObserverOfThree_EvictsNobody()
    {
        var table = Table(votes: 2, members: 4);
        Assert.Equal(SiloStatus.Active, StatusAfter(table, voter: 1, suspect: 3));
        Assert.Equal(SiloStatus.Active, StatusAfter(table, voter: 1, suspect: 3));
        Assert.Equal(SiloStatus.Dead, StatusAfter(table, voter: 2, suspect: 3));
    }

    [Fact]
    public void Suspect_VotesTooFarApart_DoNotAddUp()
    {
        var table = Table(votes: 2, members: 4);
        StatusAfter(table, voter: 1, suspect: 3);
        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.Equal(SiloStatus.Active, StatusAfter(table, voter: 2, suspect: 3));
        Assert.Equal(SiloStatus.Dead, StatusAfter(table, voter: 1, suspect: 3));
    }

    [Fact]
    public void Suspect_OnlyOneOtherSilo_IsEnough() => Assert.Equal(SiloStatus.Dead, StatusAfter(Table(votes: 2, members: 2), voter: 0, suspect: 1));

    [Fact]
    public void Suspect_ThePrimary_IsIgnored() => Assert.Equal(SiloStatus.Active, StatusAfter(Table(votes: 1, members: 3), voter: 1, suspect: 0));

    [Fact]
    public void Suspect_ByADeadSilo_DoesNotCount()
    {
        var table = Table(votes: 1, members: 4);
        table.SetStatus(Silo(1), SiloStatus.Dead);
        Assert.Equal(SiloStatus.Active, StatusAfter(table, voter: 1, suspect: 2));
    }

    [Fact]
    public void Join_ALaterRunOnThePort_EndsTheEarlierOne()
    {
        var table = Table(votes: 2, members: 2);
        var later = SiloAddress.New(IPAddress.Loopback, 1001, 2);
        var view = table.Join(Member(later));
        Assert.Equal(SiloStatus.Dead, new ClusterState(view).StatusOf(Silo(1)));
        Assert.Equal(SiloStatus.Active, new ClusterState(view).StatusOf(later));
        Assert.True(new ClusterState(view).IsDead(SiloAddress.New(IPAddress.Loopback, 1001, 1)));
        Assert.Throws<OrleansMessageRejectionException>(() => table.Join(Member(Silo(1))));
    }

    private static SiloAddress Silo(int index) => SiloAddress.New(IPAddress.Loopback, 1000 + index, 1);

    private static Member Member(SiloAddress silo) => new() { Silo = silo, Name = "x", Status = SiloStatus.Joining, Classes = [] };

    private static SiloStatus StatusAfter(MembershipTable table, int voter, int suspect) =>
        new ClusterState(table.Suspect(Silo(voter), Silo(suspect))).StatusOf(Silo(suspect));

    private MembershipTable Table(int votes, int members)
    {
        var table = new MembershipTable(Silo(0), new ClusterMembershipOptions { NumVotesForDeathDeclaration = votes }, _time);
        for (var i = 0; i < members; i++)
            table.Join(Member(Silo(i)));
        return table;
    }
}
