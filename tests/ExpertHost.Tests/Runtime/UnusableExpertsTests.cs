using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class UnusableExpertsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SmallModels _models;
    private readonly CatalogueHolder _catalogue;
    private readonly UnusableExperts _unusable;
    private readonly PreparedExpert _law;

    public UnusableExpertsTests(SmallModels models)
    {
        _models = models;
        _catalogue = new CatalogueHolder(models.Version(1, SmallModels.Expert("law", models.Law)));
        _unusable = new UnusableExperts(_catalogue, _time);
        _law = _catalogue.Current.FindExpert("law")!;
    }

    [Fact]
    public void ReasonOf_WithinTheTime_IsTold_AndThenTriedAgain()
    {
        Assert.Null(_unusable.ReasonOf(_law));

        Assert.True(_unusable.Add(_law, "bad"));

        Assert.Equal("bad", _unusable.ReasonOf(_law));
        _time.Advance(UnusableExperts.RefusalTime - TimeSpan.FromSeconds(1));
        Assert.Equal("bad", _unusable.ReasonOf(_law));
        Assert.Equal([("law", _law.Revision, "bad")], _unusable.Current);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_unusable.ReasonOf(_law));
        Assert.Empty(_unusable.Current);
    }

    [Fact]
    public void Add_SameContentAgain_IsNotTheFirstTime()
    {
        Assert.True(_unusable.Add(_law, "bad"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(_unusable.Add(_law, "bad"));
    }

    [Fact]
    public void ReasonOf_OtherContentUnderTheName_MayBeTriedAtOnce()
    {
        _unusable.Add(_law, "bad");
        _catalogue.Swap(_models.Version(2, SmallModels.Expert("law", _models.Tax)));
        var other = _catalogue.Current.FindExpert("law")!;

        Assert.Null(_unusable.ReasonOf(other));
        Assert.True(_unusable.Add(other, "bad, too"));
    }

    /// <summary>One that fails must not make the other be read again, and again.</summary>
    [Fact]
    public void Add_TwoVersionsOfAName_AreBothRemembered()
    {
        _catalogue.Swap(_models.Version(2, SmallModels.Expert("law", _models.Law) with { Canary = new PreparedVersion { Adapter = _models.Tax } }));
        var canary = _catalogue.Current.FindExpert("law", _catalogue.Current.FindExpert("law")!.Canary!.Revision)!;

        Assert.True(_unusable.Add(_law, "bad"));
        Assert.True(_unusable.Add(canary, "bad, too"));
        Assert.False(_unusable.Add(_law, "bad"));

        Assert.Equal(("bad", "bad, too"), (_unusable.ReasonOf(_law), _unusable.ReasonOf(canary)));
    }

    [Fact]
    public void Add_ExpertsThatCameAndWent_AreForgotten()
    {
        for (int version = 2; version <= 50; version++)
        {
            _catalogue.Swap(_models.Version(version, SmallModels.Expert($"e{version}", _models.Law)));
            _unusable.Add(_catalogue.Current.FindExpert($"e{version}")!, "bad");
        }

        Assert.Equal(1, _unusable.Count);
    }
}
