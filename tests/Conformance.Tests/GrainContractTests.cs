using ExpertCluster.TestSupport;

namespace ExpertCluster.Conformance.Tests;

/// <summary>
/// What the official packages' source generator and analyzers ask of the sources, and the default build, which has neither, would
/// let pass. The contracts themselves are held by tests/Cluster.Tests/Grains.
/// </summary>
public sealed class GrainContractTests
{
    private const string Contracts = "src/Cluster/Grains/";

    [Theory]
    [InlineData("[GenerateSerializer]")]
    [InlineData(": IGrainWith")]
    [InlineData(": IGrainObserver")]
    public void Contracts_OfGrains_AreWhereTheirTestsLook(string sign)
    {
        string[] files = [.. Sources().Where(file => file.Text.Contains(sign, StringComparison.Ordinal)).Select(file => file.Path)];

        Assert.All(files, file => Assert.StartsWith(Contracts, file, StringComparison.Ordinal));
    }

    [Fact]
    public void Contracts_OfGrains_AreThere() =>
        Assert.True(Sources().Count(file => file.Path.StartsWith(Contracts, StringComparison.Ordinal)) > 3);

    /// <summary>ORLEANS0014, a warning, fails a build that takes warnings for errors; and the code after it would leave the grain's turns.</summary>
    [Fact]
    public void Grains_WhereTheyAwait_StayInTheirTurns()
    {
        var grains = Sources().Where(file => file.Text.Contains(" : Grain, ", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(grains);
        Assert.DoesNotContain(grains, file => file.Text.Contains("ConfigureAwait(false)", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/'), File.ReadAllText(file)));
}
