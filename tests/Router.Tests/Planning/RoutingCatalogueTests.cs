using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class RoutingCatalogueTests
{
    private readonly RoutingCatalogue _catalogue = new([new("law", "demo", false), new("demo", "demo", true)], [new("demo", "demo", true), new("large", "large", true)]);

    [Theory]
    [InlineData("law", "demo", false)]
    [InlineData("demo", "demo", true)]
    [InlineData("large", "large", true)]
    public void Find_ExpertOrBase_IsWhatAnswersByThatName(string name, string baseName, bool isGeneralist)
    {
        var found = _catalogue.Find(name)!;

        Assert.Equal((name, baseName, isGeneralist), (found.Name, found.Base, found.IsGeneralist));
    }

    [Theory]
    [InlineData("Law")]
    [InlineData("")]
    [InlineData("auto")]
    public void Find_OtherName_IsNull(string name) => Assert.Null(_catalogue.Find(name));

    [Fact]
    public void Experts_AreThoseOfTheCatalogue_InItsOrder() => Assert.Equal(["law", "demo"], _catalogue.Experts.Select(e => e.Name));

    [Fact]
    public void Constructor_NameTwice_SaysWhich() => Assert.Contains(
        "law", Assert.Throws<ArgumentException>(() => new RoutingCatalogue([new("law", "a", false), new("law", "b", false)], [])).Message, StringComparison.Ordinal);
}
