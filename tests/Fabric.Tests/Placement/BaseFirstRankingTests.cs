using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;

namespace ExpertCluster.Fabric.Tests.Placement;

public sealed class BaseFirstRankingTests
{
    private static readonly BaseFirstRanking Ranking = new();

    private const long Gigabyte = 1L << 30;

    private static readonly HashSet<string> NoOne = [];

    [Fact]
    public void Best_OneHoldsTheBase_TakesIt() =>
        Assert.Equal("b", Best([Host("a", free: 64), Host("b", free: 8, bases: ["small"])]));

    [Fact]
    public void Best_NobodyHoldsTheBase_TakesTheMostFreeMemory() =>
        Assert.Equal("b", Best([Host("a", free: 8), Host("b", free: 64)]));

    [Fact]
    public void Best_SameMemory_TakesTheLeastLoaded() =>
        Assert.Equal("b", Best([Host("a", running: 40), Host("b", running: 1)]));

    [Fact]
    public void Best_HolderToAvoid_TakesAnother() =>
        Assert.Equal("b", Best([Host("a", bases: ["small"]), Host("b")], avoid: "a"));

    [Fact]
    public void Best_OnlyTheHolderIsLeft_TakesItAgain() =>
        Assert.Equal("a", Best([Host("a", bases: ["small"])], avoid: "a"));

    [Fact]
    public void Best_DrainingHolder_IsLast() =>
        Assert.Equal("b", Best([Host("a", bases: ["small"]) with { Draining = true }, Host("b", running: 90)]));

    [Fact]
    public void Best_LikeHosts_KeepsTheExpertsOfABaseTogether()
    {
        HostReport[] hosts = [Host("a"), Host("b"), Host("c"), Host("d")];

        // A small difference of free memory between calls must not move the second expert of the base elsewhere.
        string first = Best(hosts);
        string second = Best([.. hosts.Reverse().Select(h => h with { FreeMemoryBytes = h.FreeMemoryBytes - 1 })]);

        Assert.Equal(first, second);
        Assert.True(Enumerable.Range(0, 32).Select(i => Ranking.Best(hosts, $"base-{i}", NoOne)!.Name).Distinct().Count() > 1);
    }

    [Fact]
    public void Best_NoHost_IsNull() => Assert.Null(Ranking.Best([], "small", NoOne));

    private static string Best(HostReport[] hosts, params string[] avoid) => Ranking.Best(hosts, "small", avoid.ToHashSet())!.Name;

    private static HostReport Host(string name, int free = 32, int running = 0, string[]? bases = null) => new()
    {
        Name = name,
        FreeMemoryBytes = free * Gigabyte,
        TotalMemoryBytes = 64 * Gigabyte,
        Running = running,
        Bases = bases ?? [],
    };
}
