using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;

namespace ExpertCluster.Catalogue.Tests.Snapshots;

public sealed class CatalogueSnapshotTests
{
    [Fact]
    public void Find_EveryName_IsTheEntryOfTheList()
    {
        var snapshot = Catalogues.Version(7, "law", "tax", "small");

        Assert.Equal(7, snapshot.Version);
        Assert.Equal(["law", "tax", "small"], snapshot.Experts.Select(e => e.Name));
        Assert.All(snapshot.Experts, e => Assert.Same(e, snapshot.FindExpert(e.Name)));
        Assert.All(snapshot.Bases, b => Assert.Same(b, snapshot.FindBase(b.Name)));
        Assert.NotNull(snapshot.Gates);
    }

    [Theory]
    [InlineData("Law")]
    [InlineData("law ")]
    [InlineData("")]
    public void Find_AnotherName_IsNull(string name)
    {
        var snapshot = Catalogues.Version(1, "law");

        Assert.Null(snapshot.FindExpert(name));
        Assert.Null(snapshot.FindBase(name));
    }

    [Fact]
    public void Lists_ChangedBehindIt_StayAsTheyWere()
    {
        var bases = Catalogues.Of().Bases.ToList();
        List<PreparedExpert> experts = [new PreparedExpert { Name = "law", Base = "small" }];
        var snapshot = new CatalogueSnapshot(1, new PreparedCatalogue { Bases = bases, Experts = experts });

        bases.Clear();
        experts.Clear();

        Assert.Single(snapshot.Bases);
        Assert.Single(snapshot.Experts);
        Assert.False(snapshot.Experts is PreparedExpert[], "a caller could write into it");
    }

    [Fact]
    public void New_NameThatStandsTwice_IsNamed()
    {
        Assert.Equal("the catalogue has expert law twice", Refusal(Catalogues.Of("law", "tax", "law")));
        Assert.Equal("the catalogue has base small twice", Refusal(Catalogues.Of(["small", "small"], [])));
    }

    [Fact]
    public void New_ExpertOfNoBase_IsNamed() =>
        Assert.Equal("expert law is of base small, which the catalogue doesn't have", Refusal(Catalogues.Of(["large"], ["law"])));

    [Fact]
    public void New_NothingInIt_IsASnapshotToo()
    {
        var snapshot = new CatalogueSnapshot(1, new PreparedCatalogue { Bases = [], Experts = [] });

        Assert.Empty(snapshot.Experts);
        Assert.Null(snapshot.Gates);
    }

    private static string Refusal(PreparedCatalogue prepared) =>
        Assert.Throws<CatalogueException>(() => new CatalogueSnapshot(1, prepared)).Message;
}
