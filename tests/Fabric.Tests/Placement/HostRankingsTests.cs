using ExpertCluster.Contracts;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Fabric.Tests.Placement;

public sealed class HostRankingsTests
{
    [Fact]
    public void AddFabric_NoName_PlacesByTheBaseFirst() =>
        Assert.IsType<BaseFirstRanking>(Rankings(new ServiceCollection().AddFabric()).Chosen);

    [Fact]
    public void AddFabric_RankingOfOnesOwn_IsFoundByItsName()
    {
        var services = new ServiceCollection().AddFabric("last-name").AddSingleton<IHostRanking, LastName>();

        Assert.IsType<LastName>(Rankings(services).Chosen);
    }

    [Fact]
    public void AddFabric_UnknownName_ListsThoseThatThereAre()
    {
        var services = new ServiceCollection().AddFabric("first-name").AddSingleton<IHostRanking, LastName>();

        Assert.Equal(
            "the placement of experts is first-name; known are base-first, last-name", Assert.Throws<SetupException>(() => Rankings(services)).Message);
    }

    [Fact]
    public void AddFabric_TwoOfOneName_IsRefused()
    {
        var services = new ServiceCollection().AddFabric().AddSingleton<IHostRanking, LastName>().AddSingleton<IHostRanking, LastName>();

        Assert.Contains("last-name", Assert.Throws<SetupException>(() => Rankings(services)).Message, StringComparison.Ordinal);
    }

    private static HostRankings Rankings(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<HostRankings>();
    }

    private sealed class LastName : IHostRanking
    {
        public string Name => "last-name";

        public HostReport? Best(IEnumerable<HostReport> hosts, string baseName, IReadOnlySet<string> avoid) =>
            hosts.MaxBy(h => h.Name, StringComparer.Ordinal);
    }
}
