using System.Net;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ExpertCluster.Fabric.Tests.Placement;

public sealed class ExpertPlacementDirectorTests
{
    private static readonly SiloAddress[] Silos = [.. Enumerable.Range(0, 3).Select(i => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11000 + i), 1))];

    private readonly ClusterViewCache _view = new();
    private readonly ExpertPlacementDirector _director;

    public ExpertPlacementDirectorTests() => _director = new ExpertPlacementDirector(_view, new HostRankings([new BaseFirstRanking()], HostRankings.Default));

    [Fact]
    public async Task Place_HolderOfTheBase_IsTaken()
    {
        Report(Host(0), Host(1, "small"), Host(2));

        Assert.Equal(Silos[1], await PlaceAsync((ExpertPlacementDirector.BaseKey, "small")));
    }

    [Fact]
    public async Task Place_HostsToAvoid_AreTakenLast()
    {
        Report(Host(0, "small"), Host(1, "small"), Host(2));

        Assert.Equal(Silos[2], await PlaceAsync((ExpertPlacementDirector.BaseKey, "small"), (ExpertPlacementDirector.AvoidKey, "host-0,host-1")));
    }

    [Fact]
    public async Task Place_SiloThatIsNotCompatible_IsNotTaken()
    {
        Report(Host(0), Host(1), Host(2) with { Silo = "127.0.0.1:9@9", Bases = ["small"] });

        Assert.NotEqual(Silos[2], await PlaceAsync((ExpertPlacementDirector.BaseKey, "small")));
    }

    [Fact]
    public async Task Place_NoReports_IsTheFirstSiloByName()
    {
        Assert.Equal(Silos[0], await PlaceAsync());
        Assert.Equal(Silos[0], await _director.OnAddActivation(new ExpertPlacement(), default, new Context([.. Silos.Reverse()])));
    }

    [Fact]
    public async Task PlaceAgain_AfterAFailure_IsTheNextBest()
    {
        Report(Host(0, "small"), Host(1), Host(2) with { Running = 90 });

        Assert.Equal(Silos[0], await PlaceAsync((ExpertPlacementDirector.BaseKey, "small")));
        Assert.Equal(Silos[1], await PlaceAsync((ExpertPlacementDirector.BaseKey, "small"), (ExpertPlacementDirector.AgainKey, "again")));
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "host-1,host-2")]
    public async Task PlaceAgain_OthersAreNoBetter_IsTheSame(bool othersDrain, string avoid)
    {
        Report(Host(0, "small"), Host(1) with { Draining = othersDrain }, Host(2) with { Draining = othersDrain });

        Assert.Equal(Silos[0], await PlaceAsync(
            (ExpertPlacementDirector.BaseKey, "small"), (ExpertPlacementDirector.AgainKey, "again"), (ExpertPlacementDirector.AvoidKey, avoid)));
    }

    private static HostReport Host(int i, params string[] bases) => new() { Name = $"host-{i}", Silo = Silos[i].ToParsableString(), Bases = bases };

    private void Report(params HostReport[] hosts) => _view.Update(new ClusterView { Hosts = hosts });

    private Task<SiloAddress> PlaceAsync(params (string Key, string Value)[] data) => _director.OnAddActivation(
        new ExpertPlacement(),
        new PlacementTarget(GrainId.Create("expert", "law#0"), data.ToDictionary(d => d.Key, d => (object)d.Value), default, 0),
        new Context(Silos));

    private sealed class Context(SiloAddress[] silos) : IPlacementContext
    {
        public SiloAddress LocalSilo => silos[0];

        public SiloStatus LocalSiloStatus => SiloStatus.Active;

        public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => silos;

        public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) => throw new NotSupportedException();
    }
}
