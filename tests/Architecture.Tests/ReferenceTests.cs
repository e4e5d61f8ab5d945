using ExpertCluster.TestSupport;

namespace ExpertCluster.Architecture.Tests;

public class ReferenceTests
{
    public static TheoryData<string> ProjectFiles =>
        [.. new[] { "src", "load", "bench", "samples", "tests" }.SelectMany(area => Repository.Files(area, ".csproj"))];

    [Theory]
    [MemberData(nameof(ProjectFiles))]
    public void References_OfEachProject_FollowTheArrows(string path) =>
        Assert.Equal([], ReferenceRules.Check(ProjectFile.Parse(path, RepositoryRoot.Read(path))));

    [Fact]
    public void Projects_InTheTree_AreThoseOfTheArrows() => Assert.Equal(
        Arrows.Projects.Order(StringComparer.Ordinal),
        new[] { "src", "load", "bench" }.SelectMany(area => Repository.Files(area, ".csproj"))
            .Select(path => ProjectFile.Parse(path, RepositoryRoot.Read(path)).Folder).Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_InTheTree_AreInTheSolution()
    {
        string solution = RepositoryRoot.Read("ExpertCluster.sln").Replace('\\', '/');
        Assert.Equal([], ProjectFiles.Select(row => row.Data).Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("src/Router/Router.csproj", "ProjectReference", "../ExpertHost/ExpertHost.csproj", "references src/ExpertHost: allowed are")]
    [InlineData("src/ExpertHost/ExpertHost.csproj", "ProjectReference", "../Router/Router.csproj", "references src/Router")]
    [InlineData("src/Models/Models.csproj", "ProjectReference", "..\\Protos\\Protos.csproj", "allowed are src/Files, src/Text")]
    [InlineData("src/Models/Models.csproj", "PackageReference", "Microsoft.ML.OnnxRuntime.Managed", "must stay free")]
    [InlineData("src/Gating/Gating.csproj", "PackageReference", "Grpc.Net.ClientFactory", "must stay free")]
    [InlineData("src/Cli/Cli.csproj", "ProjectReference", "../../tests/System.Tests/System.Tests.csproj", "nothing outside tests/")]
    [InlineData("load/Load.csproj", "ProjectReference", "../src/Node/Node.csproj", "allowed are src/CommandLine, src/Files, src/Protos")]
    public void Check_ForbiddenReference_IsNamed(string path, string kind, string include, string expected)
    {
        string text = $"<Project><ItemGroup><{kind} Include=\"{include}\" /></ItemGroup></Project>";
        string finding = Assert.Single(ReferenceRules.Check(ProjectFile.Parse(path, text)));
        Assert.Contains(expected, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ReferenceThroughAnother_IsAllowed() => Assert.Empty(ReferenceRules.Check(ProjectFile.Parse(
        "src/Router/Router.csproj",
        "<Project><ItemGroup><ProjectReference Include=\"../Models/Models.csproj\" /></ItemGroup></Project>")));
}
