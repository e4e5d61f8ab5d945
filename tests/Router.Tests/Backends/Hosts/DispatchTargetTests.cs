using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Backends.Hosts;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class DispatchTargetTests
{
    [Fact]
    public void All_HostWithAllExperts_IsTheOnlyOne()
    {
        var target = Assert.Single(DispatchTarget.All([[On("a", "law"), On("b", "law")], [On("b", "tax")]]));

        Assert.Equal(("b", "http://b:1"), (target.Host, target.Address));
        Assert.Equal(["law", "tax"], target.Replicas.Select(r => r.Expert));
    }

    [Fact]
    public void All_NoHostWithAll_IsEmpty() => Assert.Empty(DispatchTarget.All([[On("a", "law")], [On("b", "tax")]]));

    [Theory]
    [InlineData(3, 9)]
    [InlineData(9, 3)]
    public void All_TwoActivationsOnAHost_TakesTheNewerEpoch(long first, long second) =>
        Assert.Equal(9, Assert.Single(DispatchTarget.All([[On("a", "law", first), On("a", "law", second)]])).Replicas[0].Epoch);

    private static ExpertReplica On(string host, string expert, long epoch = 1) =>
        new() { Expert = expert, Host = host, Address = $"http://{host}:1", Epoch = epoch };
}
