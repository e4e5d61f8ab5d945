using ExpertCluster.TestSupport;

namespace ExpertCluster.Architecture.Tests;

public class SourceTests
{
    private static readonly string[] Areas = ["src", "load", "bench", "samples", "tests"];

    public static TheoryData<string> Projects => [.. Arrows.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfEachProject_FollowTheArrows(string project) => Assert.Equal(
        [],
        Repository.Files(project, ".cs").SelectMany(path => SourceRules.Namespaces(path, RepositoryRoot.Read(path), project)));

    [Fact]
    public void Namespaces_OfAllSources_AreFileScoped() => Assert.Equal(
        [],
        Areas.SelectMany(area => Repository.Files(area, ".cs"))
            .SelectMany(path => SourceRules.FileScopedNamespace(path, RepositoryRoot.Read(path))));

    [Fact]
    public void Length_OfAllSources_IsShortOrExplained()
    {
        var lines = Areas.SelectMany(area => Repository.Files(area, ".cs"))
            .ToDictionary(path => path, path => RepositoryRoot.Read(path).AsSpan().Count('\n'), StringComparer.Ordinal);
        Assert.NotEmpty(lines);
        Assert.Equal([], LongFileList.Check(lines, LongFileList.Parse(RepositoryRoot.Read("tests/Architecture.Tests/LongFiles.txt"))));
    }

    [Theory]
    [InlineData("src/Models", "using Microsoft.ML.OnnxRuntime;")]
    [InlineData("src/Models", "using Grpc.Core;")]
    [InlineData("src/Inference", "using static Prometheus.Metrics;")]
    [InlineData("src/Inference", "var x = new global::Orleans.Runtime.GrainId();")]
    [InlineData("src/Gating", "using V = ExpertCluster.V1.Chunk;")]
    [InlineData("src/Gating", "using ExpertCluster.Node;")]
    [InlineData("src/Router", "using ExpertCluster.ExpertHost.Grains;")]
    [InlineData("src/Router", "using ExpertCluster.Inference;")]
    [InlineData("src/ExpertHost", "using ExpertCluster.Router;")]
    [InlineData("load", "using ExpertCluster.Node;")]
    public void Namespaces_ForbiddenUse_NamesFileLineAndReason(string project, string line)
    {
        string finding = Assert.Single(SourceRules.Namespaces("a.cs", "// one\n" + line + "\n", project));
        Assert.StartsWith("a.cs:2: names ", finding, StringComparison.Ordinal);
        Assert.Contains(project, finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("src/Models", "// see Grpc.Core")]
    [InlineData("src/Models", "/* Orleans. */ var s = \"Grpc.Core;\";")]
    [InlineData("src/Models", "var s = @\"a\"\"Grpc.Core;\"; var t = \"\"\"\n Orleans.X \"\" \n\"\"\";")]
    [InlineData("src/Models", "_options.Grpc.Port = 1;")]
    [InlineData("src/Gating", "using Microsoft.ML.OnnxRuntime;")]
    [InlineData("src/Router", "using ExpertCluster.Text.Tokenization;")]
    [InlineData("src/Cli", "using ExpertCluster.Router;")]
    public void Namespaces_AllowedOrNotCode_IsSilent(string project, string source) =>
        Assert.Empty(SourceRules.Namespaces("a.cs", source, project));

    [Theory]
    [InlineData("namespace A.B\n{\n class C { }\n}\n", "block-scoped")]
    [InlineData("using System;\ninternal sealed class C { }\n", "outside any namespace")]
    public void FileScopedNamespace_OtherStyle_IsNamed(string source, string expected) => Assert.Contains(
        expected, Assert.Single(SourceRules.FileScopedNamespace("a.cs", source)), StringComparison.Ordinal);

    [Fact]
    public void LongFiles_EachMistake_IsNamed()
    {
        var lines = new Dictionary<string, int> { ["long.cs"] = 501, ["listed.cs"] = 900, ["silent.cs"] = 600, ["short.cs"] = 500 };
        var reasons = LongFileList.Parse("# comment\nlisted.cs: generated table\nsilent.cs\nshort.cs: once long\ngone.cs: once there\n");
        Assert.Collection(
            LongFileList.Check(lines, reasons),
            finding => Assert.StartsWith("long.cs has 501 lines", finding, StringComparison.Ordinal),
            finding => Assert.Contains("silent.cs without a reason", finding, StringComparison.Ordinal),
            finding => Assert.Contains("short.cs, which is gone", finding, StringComparison.Ordinal),
            finding => Assert.Contains("gone.cs, which is gone", finding, StringComparison.Ordinal));
    }
}
