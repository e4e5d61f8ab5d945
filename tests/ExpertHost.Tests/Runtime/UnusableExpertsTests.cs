using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Runtime;

public sealed class UnusableFoldersTests(SmallModels models)
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ReasonOf_WithinTheTime_IsTold_AndThenTriedAgain()
    {
        var unusable = new UnusableFolders(_time);
        var law = SmallModels.Expert("law", models.Law);
        Assert.Null(unusable.ReasonOf(law));

        Assert.True(unusable.Add(law, "bad", models.Version(1, law)));

        Assert.Equal("bad", unusable.ReasonOf(law));
        _time.Advance(UnusableFolders.RefusalTime - TimeSpan.FromSeconds(1));
        Assert.Equal("bad", unusable.ReasonOf(law));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(unusable.ReasonOf(law));
    }

    [Fact]
    public void Add_SameContentAgain_IsNotTheFirstTime()
    {
        var unusable = new UnusableFolders(_time);
        var law = SmallModels.Expert("law", models.Law);
        var catalogue = models.Version(1, law);

        Assert.True(unusable.Add(law, "bad", catalogue));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(unusable.Add(law, "bad", catalogue));
    }

    [Fact]
    public void ReasonOf_OtherContentUnderTheName_MayBeTriedAtOnce()
    {
        var unusable = new UnusableFolders(_time);
        var law = SmallModels.Expert("law", models.Law);
        unusable.Add(law, "bad", models.Version(1, law));

        Assert.Null(unusable.ReasonOf(law with { Adapter = models.Tax }));
        Assert.Null(unusable.ReasonOf(law with { Base = "large" }));
        Assert.True(unusable.Add(law with { Adapter = models.Tax }, "bad, too", models.Version(2, law)));
    }

    [Fact]
    public void Add_ExpertsThatCameAndWent_AreForgotten()
    {
        var unusable = new UnusableFolders(_time);
        for (int version = 1; version <= 50; version++)
        {
            var expert = SmallModels.Expert($"e{version}", models.Law);
            unusable.Add(expert, "bad", models.Version(version, expert));
        }

        Assert.Equal(1, unusable.Count);
    }
}
