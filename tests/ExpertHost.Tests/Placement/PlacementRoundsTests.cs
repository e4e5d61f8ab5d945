using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Placement;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.ExpertHost.Tests.Placement;

/// <summary>The product's own policy, on reports as hosts send them.</summary>
public sealed class PlacementRoundsTests
{
    private readonly SmallModels _models;
    private readonly CatalogueHolder _catalogue;
    private readonly LogLines<PlacementRounds> _log = new();
    private readonly PlacementRounds _rounds;
    private readonly Dictionary<string, HostReport> _hosts = new(StringComparer.Ordinal);
    private TimeSpan _now;

    public PlacementRoundsTests(SmallModels models)
    {
        _models = models;
        _catalogue = new CatalogueHolder(models.Version(1, SmallModels.Alone(SmallModels.Base), Expert("law"), Expert("tax", replicas: 2)));
        _rounds = New();
        Add("a");
        Add("b");
    }

    [Fact]
    public void Decide_ReplicasOfTheCatalogue_AreOrderedAndTold()
    {
        Run(3);

        Assert.Single(HostsOf("law"));
        Assert.Equal(["a", "b"], HostsOf("tax"));
        Assert.Empty(HostsOf(SmallModels.Base));
        Assert.Equal(3, _log.Lines.Count(l => l.Id == 2011 && l.Text.StartsWith("Placement: warm ", StringComparison.Ordinal)));
        int told = _log.Lines.Count;
        Run(10);
        Assert.Equal(told, _log.Lines.Count);
    }

    [Fact]
    public void Decide_HostGoes_ItsExpertsAreOrderedElsewhere()
    {
        Run(3);
        string home = HostsOf("law").Single();

        _hosts.Remove(home);
        Run(3);

        Assert.NotEqual(home, HostsOf("law").Single());
    }

    /// <summary>The grain may be activated anew, elsewhere: what hosts keep then is no news.</summary>
    [Fact]
    public void Decide_NewActivation_TakesOverWhatHostsKeep()
    {
        Run(3);
        string home = HostsOf("law").Single();
        var fresh = New();

        fresh.Decide(TimeSpan.Zero, [.. _hosts.Values.Select(h => h with { Kept = KeptBy(h.Name) })], demand: null);

        Assert.Contains("law", fresh.OrdersOf(home).Warm.Select(w => w.Expert));
        Assert.Equal(3, _log.Lines.Count(l => l.Id == 2011));
    }

    [Fact]
    public void Decide_HostCannotLoadIt_AnotherIsTold()
    {
        Run(3);
        string home = HostsOf("law").Single();
        _hosts[home] = _hosts[home] with { Failures = [new ExpertFailure { Expert = "law", Revision = Revision("law"), Reason = "no" }] };

        Run(3);

        Assert.Equal([home == "a" ? "b" : "a"], HostsOf("law"));
    }

    [Fact]
    public void Decide_CatalogueChanges_OrdersAreOfTheNewRevisionsAlone()
    {
        Run(3);
        string before = Revision("law");

        _catalogue.Swap(_models.Version(2, SmallModels.Alone(SmallModels.Base), Expert("law") with { Adapter = _models.Tax }));
        Run(3);

        var orders = _hosts.Keys.SelectMany(h => _rounds.OrdersOf(h).Warm).ToList();
        Assert.Equal("law", Assert.Single(orders).Expert);
        Assert.NotEqual(before, orders[0].Revision);
    }

    [Fact]
    public void Decide_VersionsThatAreAsked_AreKeptAsTheExpertIs()
    {
        Swap(2, Expert("law", replicas: 2) with { Canary = Version(_models.Tax, 5), Shadow = Version(_models.Misfit, 100) });

        Run(3);

        var law = _catalogue.Current.FindExpert("law")!;
        Assert.All(_hosts.Keys, host => Assert.Equal(
            new[] { (law.Revision, ""), (law.Canary!.Revision, "canary"), (law.Shadow!.Revision, "shadow") }.Order(),
            _rounds.OrdersOf(host).Warm.Select(w => (w.Revision, w.Version)).Order()));
    }

    [Fact]
    public void Decide_CanaryByHeaderAlone_IsNotKeptUntilItIsAskedFor()
    {
        Swap(2, Expert("law") with { Canary = Version(_models.Tax, 0) });
        string canary = _catalogue.Current.FindExpert("law")!.Canary!.Revision;
        Run(3);
        Assert.DoesNotContain(_hosts.Keys.SelectMany(h => _rounds.OrdersOf(h).Warm), w => w.Revision == canary);

        Run(60, new ExpertDemand(new ExpertId("law", canary), 100, 40, 0, TimeSpan.Zero, _now));

        Assert.Contains(_hosts.Keys.SelectMany(h => _rounds.OrdersOf(h).Warm), w => w.Revision == canary && w.Version == "canary");
    }

    /// <summary>A version of the stable one's content, or of each other's, is one to placement, and stands for the first that it is.</summary>
    [Fact]
    public void Decide_VersionsOfOneContent_AreKeptOnce()
    {
        Swap(2, Expert("law") with { Canary = Version(_models.Law, 5), Shadow = Version(_models.Law, 5) }, Expert("tax") with { Canary = Version(_models.Misfit, 0), Shadow = Version(_models.Misfit, 5) });

        Run(3);

        Assert.Equal(
            [("law", ""), ("tax", ""), ("tax", "canary")],
            _hosts.Keys.SelectMany(h => _rounds.OrdersOf(h).Warm).Select(w => (w.Expert, w.Version)).Order());
    }

    [Fact]
    public void Decide_CanaryIsPromoted_IsOrderedAsWhatServesWhereItWas()
    {
        Swap(2, Expert("law") with { Canary = Version(_models.Tax, 5) });
        Run(3);
        string canary = _catalogue.Current.FindExpert("law")!.Canary!.Revision;
        string home = _hosts.Keys.Single(h => _rounds.OrdersOf(h).Warm.Any(w => w.Revision == canary));

        Swap(3, Expert("law") with { Adapter = _models.Tax });
        Run(3);

        var order = Assert.Single(_hosts.Keys.SelectMany(h => _rounds.OrdersOf(h).Warm.Select(w => (Host: h, w.Revision, w.Version))));
        Assert.Equal((home, canary, ""), order);
    }

    [Fact]
    public void Decide_LabelsAndHosts_AreHeeded()
    {
        _hosts["b"] = _hosts["b"] with { Labels = ["zone=b"] };
        _catalogue.Swap(_models.Version(
            2, SmallModels.Alone(SmallModels.Base), Expert("law") with { Labels = ["zone=b"] }, Expert("tax") with { Hosts = ["a"] }, Expert("poems") with { Labels = ["zone=c"] }));

        Run(5);

        Assert.Equal(["b"], HostsOf("law"));
        Assert.Equal(["a"], HostsOf("tax"));
        Assert.Empty(HostsOf("poems"));
        Assert.Equal(1, _log.Lines.Count(l => l.Id == 2013 && l.Text.StartsWith("Expert poems has fewer warm replicas", StringComparison.Ordinal)));
    }

    [Fact]
    public void Decide_ManyAskForOne_GetsMoreReplicasUpToItsMaximum()
    {
        Add("c");
        Add("d");
        _catalogue.Swap(_models.Version(2, SmallModels.Alone(SmallModels.Base), Expert("law") with { MaxReplicas = 3 }));
        Run(3);
        Assert.Single(HostsOf("law"));

        Run(120, new ExpertDemand(new ExpertId("law", Revision("law")), 100, 40, 0, TimeSpan.Zero, _now));

        Assert.Equal(3, HostsOf("law").Count);
    }

    [Fact]
    public void Decide_BaseOfOneReplica_IsOrderedFromOneHostAndComesUpElsewhereWhenThatOneGoes()
    {
        SwapBases(2, ("big", 1, null));
        Run(15);
        string home = BaseHostsOf("big").Single();
        Assert.Contains(_log.Lines, l => l.Id == 2011 && l.Text.StartsWith($"Placement: load base big on {home}: 0 of at least 1 hosts have it", StringComparison.Ordinal));

        _hosts.Remove(home);
        Run(5);

        Assert.Equal([home == "a" ? "b" : "a"], BaseHostsOf("big"));
    }

    [Fact]
    public void Decide_BasesOfEveryHost_AreNeverOrdered()
    {
        _hosts["a"] = _hosts["a"] with { Bases = [] };

        Run(60, new ExpertDemand(new ExpertId("law", Revision("law")), 100, 400, 0, TimeSpan.Zero, _now));

        Assert.All(_hosts.Keys, host => Assert.Empty(_rounds.OrdersOf(host).Bases));
        Assert.DoesNotContain(_log.Lines, l => l.Text.Contains("load base", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_BaseThatIsMuchAskedFor_GetsMoreHostsUpToItsMaximum()
    {
        Add("c");
        Add("d");
        SwapBases(2, ("big", 1, 3));
        Run(15);
        Assert.Single(BaseHostsOf("big"));

        Run(200, new ExpertDemand(new ExpertId("big", Revision("big")), 100, 120, 0, TimeSpan.Zero, _now));

        Assert.Equal(3, BaseHostsOf("big").Count);
    }

    /// <summary>On GPU nodes it is the device whose memory counts, however much the host has.</summary>
    [Fact]
    public void Decide_BaseOnGpuNodes_GoesWhereTheDeviceHasRoom()
    {
        Add("c");
        Add("d");
        SwapBases(2, ("big", 1, 2));
        Run(15);
        string home = BaseHostsOf("big").Single();
        string roomy = home == "d" ? "c" : "d";
        foreach (string host in _hosts.Keys.ToArray())
        {
            _hosts[host] = _hosts[host] with { Devices = [new DeviceReport { Name = "Card", FreeMemoryBytes = host == roomy ? 60L << 30 : 0, TotalMemoryBytes = 80L << 30 }] };
        }

        Run(200, new ExpertDemand(new ExpertId("big", Revision("big")), 100, 120, 0, TimeSpan.Zero, _now));

        Assert.Equal(new[] { home, roomy }.Order(StringComparer.Ordinal), BaseHostsOf("big"));
    }

    [Fact]
    public void Decide_BaseOfNoMinimum_ComesWhenItIsAskedForAndGoesWhenNobodyDoes()
    {
        SwapBases(2, ("rare", 0, null));
        Run(15);
        Assert.Empty(BaseHostsOf("rare"));

        Run(5, new ExpertDemand(new ExpertId("rare", Revision("rare")), 1, 1, 0, TimeSpan.Zero, _now));
        Assert.Single(BaseHostsOf("rare"));

        for (int i = 0; i < 1200; i++)
        {
            Run(1, new ExpertDemand(new ExpertId("law", Revision("law")), 0, 0, 0, TimeSpan.Zero, _now));
        }

        Assert.Empty(BaseHostsOf("rare"));
    }

    [Fact]
    public void Decide_HostCannotRunTheBase_AnotherIsTold()
    {
        SwapBases(2, ("big", 1, null));
        Run(15);
        string home = BaseHostsOf("big").Single();
        _hosts[home] = _hosts[home] with { BaseFailures = ["big"] };

        Run(3);

        Assert.Equal([home == "a" ? "b" : "a"], BaseHostsOf("big"));
    }

    /// <summary>The grain may be activated anew, elsewhere: what hosts run then is no news.</summary>
    [Fact]
    public void Decide_NewActivation_TakesOverTheBasesThatHostsRun()
    {
        SwapBases(2, ("big", 1, null));
        Run(15);
        string home = BaseHostsOf("big").Single();
        var fresh = New();

        fresh.Decide(TimeSpan.Zero, [.. _hosts.Values.Select(Obedient)], demand: null);

        Assert.Equal(["big"], fresh.OrdersOf(home).Bases);
        Assert.Empty(fresh.OrdersOf(home == "a" ? "b" : "a").Bases);
    }

    [Fact]
    public void Decide_CatalogueLetsTheBaseGo_NobodyIsToldToRunIt()
    {
        SwapBases(2, ("big", 2, null));
        Run(15);
        Assert.Equal(2, BaseHostsOf("big").Count);

        SwapBases(3);
        Run(1);

        Assert.Empty(BaseHostsOf("big"));
    }

    private void SwapBases(long version, params (string Name, int Least, int? Most)[] placed)
    {
        var made = _models.CatalogueOf([SmallModels.Alone(SmallModels.Base), Expert("law"), .. placed.Select(b => SmallModels.Alone(b.Name))]);
        _catalogue.Swap(new CatalogueSnapshot(version, made with
        {
            Bases = [.. made.Bases.Select(b => Array.Find(placed, p => p.Name == b.Name) is { Name: not null } its ? b with { Replicas = its.Least, MaxReplicas = its.Most } : b)],
        }));
    }

    private List<string> BaseHostsOf(string name) =>
        [.. _hosts.Keys.Where(h => _rounds.OrdersOf(h).Bases.Contains(name)).Order(StringComparer.Ordinal)];

    private void Swap(long version, params PreparedExpert[] experts) =>
        _catalogue.Swap(_models.Version(version, [SmallModels.Alone(SmallModels.Base), .. experts]));

    private static PreparedVersion Version(PreparedFolder adapter, int percent) => new() { Adapter = adapter, Rank = 4, Percent = percent };

    private PreparedExpert Expert(string name, int replicas = 1) =>
        SmallModels.Expert(name, name == "tax" ? _models.Tax : name == "law" ? _models.Law : _models.Misfit, replicas: replicas) with { Rank = 4 };

    private PlacementRounds New() => new(new ChosenPlacement(Rounds.Policy()), _catalogue, _log);

    private void Add(string host) => _hosts[host] = new HostReport
    {
        Name = host,
        Bases = [SmallModels.Base],
        FreeMemoryBytes = 1L << 33,
        TotalMemoryBytes = 1L << 34,
        Slots = 32,
        AdapterPlaces = 64,
        AdapterRank = 16,
    };

    /// <summary>Hosts do at once what they are told.</summary>
    private void Run(int rounds, ExpertDemand? demand = null)
    {
        for (int i = 0; i < rounds; i++)
        {
            _now += TimeSpan.FromSeconds(1);
            _rounds.Decide(
                _now,
                [.. _hosts.Values.Select(Obedient)],
                demand is { } asked ? [asked with { LastAsked = _now }] : null);
        }
    }

    private HostReport Obedient(HostReport host)
    {
        string[] ordered = _rounds.OrdersOf(host.Name).Bases;
        return host with { Kept = KeptBy(host.Name), Bases = [.. host.Bases, .. ordered.Except(host.BaseFailures)] };
    }

    private ulong[] KeptBy(string host) => [.. _rounds.OrdersOf(host).Warm.Select(w => RevisionId.Of(w.Revision))];

    private string Revision(string expert) => _catalogue.Current.FindExpert(expert)!.Revision;

    private List<string> HostsOf(string expert) =>
        [.. _hosts.Keys.Where(h => _rounds.OrdersOf(h).Warm.Any(w => w.Expert == expert)).Order(StringComparer.Ordinal)];
}
