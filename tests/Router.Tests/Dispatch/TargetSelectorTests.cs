using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Dispatch;

namespace ExpertCluster.Router.Tests.Dispatch;

public sealed class TargetSelectorTests
{
    [Fact]
    public void Select_HostWithAllExperts_IsTheOnlyCandidate()
    {
        var target = Select([[On("a", "law"), On("b", "law")], [On("b", "tax")]]);

        Assert.Equal("b", target!.Host);
        Assert.Equal(["law", "tax"], target.Replicas.Select(r => r.Expert));
    }

    [Fact]
    public void Select_NoHostWithAll_IsNull() => Assert.Null(Select([[On("a", "law")], [On("b", "tax")]]));

    [Fact]
    public void Select_BothHaveAll_TakesTheLessLoaded() =>
        Assert.Equal("b", Select([[On("a", "law"), On("b", "law")]], load: h => h == "a" ? 5 : 1)!.Host);

    [Fact]
    public void Select_LessLoadedIsSuspect_TakesTheOther() =>
        Assert.Equal("a", Select([[On("a", "law"), On("b", "law")]], suspect: "b", load: h => h == "a" ? 5 : 1)!.Host);

    [Fact]
    public void Select_OnlySuspects_TakesOneAllTheSame() => Assert.Equal("a", Select([[On("a", "law")]], suspect: "a")!.Host);

    [Fact]
    public void Select_TwoActivationsOnAHost_TakesTheNewerEpoch() =>
        Assert.Equal(9, Select([[On("a", "law", 3), On("a", "law", 9)]])!.Replicas[0].Epoch);

    [Theory]
    [InlineData(0, "b")]
    [InlineData(TargetSelector.Slack, "b")]
    [InlineData(TargetSelector.Slack + 1, "a")]
    public void Select_TheTextsOwnHost_IsTakenWhileItHasLittleMoreToDo(int more, string host) => Assert.Equal(
        host, Select([[On("a", "law"), On("b", "law")]], load: h => h == "b" ? 3 + more : 3, home: "b")!.Host);

    [Fact]
    public void Select_TheTextsOwnHostIsSuspect_TakesAnother() =>
        Assert.Equal("a", Select([[On("a", "law"), On("b", "law")]], suspect: "b", home: "b")!.Host);

    private static DispatchTarget? Select(
        ExpertReplica[][] replicas, string suspect = "", Func<string, int>? load = null, string home = "") =>
        TargetSelector.Select(replicas, h => h == suspect, load ?? (_ => 0), h => h == home ? 1u : 0);

    private static ExpertReplica On(string host, string expert, long epoch = 1) =>
        new() { Expert = expert, Host = host, Address = $"http://{host}:1", Epoch = epoch };
}
