using ExpertCluster.Cli.Demo;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Demo;

public sealed class DemoPromptTests
{
    [Fact]
    public void Choose_HeldOutSets_GivesThreeFieldsACompoundAndNobodys()
    {
        var prompts = DemoPrompt.Choose();

        Assert.Equal(
            ["one field: finance", "one field: law", "one field: medicine", "two fields in one answer", "no expert's field"],
            prompts.Select(p => p.About));
        Assert.All(prompts, p => Assert.NotEmpty(p.Text));
        Assert.All(prompts, p => Assert.NotEmpty(p.Expected));
    }

    [Fact]
    public void Catalogue_IsTheRepositorys() => Assert.Equal(RepositoryRoot.Combine("models", "demo", "experts.yaml"), DemoCatalogue.Path);
}
