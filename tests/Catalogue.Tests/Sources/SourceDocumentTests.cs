using System.Reflection;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class SourceDocumentTests
{
    // One for all: records compare it by reference.
    private static readonly Dictionary<string, Secret> NoLogins = [];

    private static readonly string Page = RepositoryRoot.Read("docs", "catalogue.md");

    [Fact]
    public void Page_EveryVariable_IsOnIt()
    {
        string[] names =
        [
            ModelStoreOptions.MaxBytesVariable,
            .. typeof(SourceEnvironment).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
        ];

        Assert.Contains("HF_ENDPOINT", names);
        Assert.All(names, name => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EXPERTCLUSTER_STORE_BYTES")]
    [InlineData("EXPERTCLUSTER_SOURCES_CONNECT_SECONDS")]
    [InlineData("EXPERTCLUSTER_SOURCES_STALL_SECONDS")]
    [InlineData("EXPERTCLUSTER_SOURCES_FILE_SECONDS")]
    [InlineData("EXPERTCLUSTER_SOURCES_ATTEMPTS")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_FILES")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_BYTES")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_LISTING_BYTES")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_REDIRECTS")]
    public void Page_EveryNumber_HasTheLimitsAndTheDefaultOfTheCode(string name)
    {
        string line = Page.Split('\n').Single(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        var defaults = (Read(name, null), Read(name, line.Split('|')[2].Trim().Split(' ')[0]));
        string problem = Assert.ThrowsAny<Exception>(() => Read(name, "wrong")).Message;

        Assert.Equal(defaults.Item1, defaults.Item2);
        string[] limits = problem.Split("from ")[1].Split(" to ");
        Assert.Contains($"{limits[0]} to {limits[1]}", line, StringComparison.Ordinal);
    }

    private static (SourceOptions, ModelStoreOptions) Read(string name, string? value)
    {
        var environment = new SourceEnvironment(asked => asked == name ? value : null);
        return (environment.SourceOptions() with { RegistryLogins = NoLogins, AllowedHosts = AllowedHosts.None }, environment.StoreOptions("/store"));
    }
}
