using ExpertCluster.TestSupport;

namespace ExpertCluster.Architecture.Tests;

public class FolderTests
{
    private const string Upper = "namespace P.Upper;\n\ninternal sealed class Engine\n{\n    private readonly Cache _cache;\n}\n";

    public static TheoryData<string> Projects => [.. Arrows.Projects];

    public static TheoryData<string> ProjectFiles =>
        [.. new[] { "src", "load", "bench", "samples", "tests" }.SelectMany(area => Repository.Files(area, ".csproj"))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfEachProject_MakeNoCircle(string project)
    {
        var circles = FolderCircles.Check(FolderUses.Find(Repository.Files(project, ".cs").Select(path => (path, RepositoryRoot.Read(path)))));
        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    [Theory]
    [MemberData(nameof(ProjectFiles))]
    public void Namespaces_OfEachProject_EqualFolders(string path)
    {
        var project = ProjectFile.Parse(path, RepositoryRoot.Read(path));
        Assert.Equal([], Repository.Files(project.Folder, ".cs").SelectMany(file => SourceRules.NamespaceOfFolder(file, RepositoryRoot.Read(file), project)));
    }

    [Theory]
    [InlineData("using P.Upper;\n\nnamespace P.Lower;\n\ninternal sealed class Cache;\n", "P.Lower -> P.Upper: b.cs:1: using P.Upper;")]
    [InlineData("namespace P.Lower;\n\ninternal sealed class Cache\n{\n    public Upper.Engine Owner { get; }\n}\n", "P.Lower -> P.Upper: b.cs:5: Upper.Engine")]
    [InlineData("namespace P.Lower;\n\ninternal sealed class Cache\n{\n    public static string Name => $\"{P.Upper.Engine.Name:x}\";\n}\n", "b.cs:5: P.Upper.Engine")]
    [InlineData("using Other = P.Upper.Engine;\nnamespace P.Lower;\n\ninternal sealed class Cache;\n", "b.cs:1: using Other = P.Upper.Engine;")]
    [InlineData("using static P.Upper.Engine;\nnamespace P.Lower;\n\ninternal sealed class Cache;\n", "b.cs:1: using static P.Upper.Engine;")]
    public void Check_TwoFoldersThatUseEachOther_NamesCircleFilesAndLines(string lower, string expected)
    {
        string circle = Assert.Single(Check(("a.cs", "using P.Lower;\n" + Upper), ("b.cs", lower)));
        Assert.StartsWith("Circle of P.Lower, P.Upper;", circle, StringComparison.Ordinal);
        Assert.Contains("P.Upper -> P.Lower: a.cs:1: using P.Lower;", circle, StringComparison.Ordinal);
        Assert.Contains(expected, circle, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("internal sealed class Plan\n{\n    public Limits Limits { get; }\n}\n", "P.Inner -> P: b.cs:5: Limits")]
    [InlineData("internal sealed class Plan\n{\n    public string Name => \"\".Short();\n}\n", "P.Inner -> P: b.cs:5: .Short")]
    public void Check_ChildThatNeedsNoUsing_CountsAsUse(string inner, string expected)
    {
        string circle = Assert.Single(Check(
            ("a.cs", "using P.Inner;\n\nnamespace P;\n\npublic static class Limits\n{\n    public static string Short(this string text) => text;\n}\n"),
            ("b.cs", "namespace P.Inner;\n\n" + inner)));
        Assert.Contains(expected, circle, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_CircleOfThree_IsOneFinding() => Assert.StartsWith(
        "Circle of P.A, P.B, P.C;",
        Assert.Single(Check(("a.cs", "using P.B;\nnamespace P.A;\n"), ("b.cs", "using P.C;\nnamespace P.B;\n"), ("c.cs", "using P.A;\nnamespace P.C;\n"))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("namespace P.Lower;\n\n// see Engine\ninternal sealed class Cache { string _s = \"P.Upper.Engine {P.Upper.Engine}\"; }\n")]
    [InlineData("namespace P.Lower;\n\ninternal sealed class Cache { string _s = $\"{{P.Upper.Engine}}\"; }\n")]
    [InlineData("using System.Text;\nnamespace P.Lower;\n\ninternal sealed class Cache { int Engine => Other.Engine; }\n")]
    public void Check_NoUseTheOtherWay_IsSilent(string lower) =>
        Assert.Empty(Check(("a.cs", "using P.Lower;\n" + Upper), ("b.cs", lower)));

    [Fact]
    public void Check_NameThatTheFolderHasItself_IsItsOwn() => Assert.Empty(Check(
        ("a.cs", "using P.Inner;\nnamespace P;\n\ninternal enum Kind { One }\n"),
        ("b.cs", "namespace P.Inner;\n\ninternal enum Kind { Two }\n"),
        ("c.cs", "namespace P.Inner;\n\ninternal sealed record Plan(Kind Kind);\n")));

    [Fact]
    public void Check_StatementsOfAProgram_AreOutsideOfAnyFolder() => Assert.Empty(Check(
        ("Program.cs", "using P.Commands;\n\nreturn Run.Main();\n"),
        ("a.cs", "namespace P.Commands;\n\ninternal static class Run { int X => Limits.Most; }\n"),
        ("b.cs", "namespace P;\n\ninternal static class Limits;\n")));

    [Theory]
    [InlineData("src/Node/Membership/A.cs", "namespace ExpertCluster.Node;\n", "ExpertCluster.Node.Membership")]
    [InlineData("src/Node/A.cs", "// one\nnamespace ExpertCluster.Node.Membership;\n", "says ExpertCluster.Node.")]
    public void NamespaceOfFolder_OtherNamespace_IsNamed(string path, string source, string expected)
    {
        var project = ProjectFile.Parse("src/Node/Node.csproj", "<Project />");
        Assert.Contains(expected, Assert.Single(SourceRules.NamespaceOfFolder(path, source, project)), StringComparison.Ordinal);
    }

    [Fact]
    public void NamespaceOfFolder_RootNamespaceOfTheProject_IsTheStart()
    {
        var project = ProjectFile.Parse(
            "tests/System.Tests/System.Tests.csproj", "<Project><PropertyGroup><RootNamespace>E.SystemTests</RootNamespace></PropertyGroup></Project>");
        Assert.Empty(SourceRules.NamespaceOfFolder("tests/System.Tests/Support/A.cs", "namespace E.SystemTests.Support;\n", project));
    }

    private static IReadOnlyList<string> Check(params (string Path, string Text)[] files) => FolderCircles.Check(FolderUses.Find(files));
}
