namespace ExpertCluster.Conformance.Tests;

public sealed class ApiComparisonTests
{
    private static readonly Dictionary<string, ApiType> Official = ApiList.Merge(ApiList.Parse([
        "sealed class N.Box<T> : Base<T>, IDictionary<string, T>, IDisposable",
        "    .ctor(int size = 4)",
        "    void Dispose()",
        "enum N.Colour",
        "    Red = 0"]));

    [Fact]
    public void Surplus_Subset_IsEmpty() =>
        Assert.Empty(Surplus("sealed class N.Box<T> : Base<T>, IDictionary<string, T>", "    void Dispose()"));

    [Theory]
    [InlineData("class N.Box<T>", "declared")]
    [InlineData("sealed class N.Other", "unknown type")]
    [InlineData("sealed class N.Box<T> : IAsyncDisposable", "unknown base or interface IAsyncDisposable")]
    [InlineData("sealed class N.Box<T>\n    .ctor(int size = 5)", "unknown member .ctor(int size = 5)")]
    [InlineData("enum N.Colour\n    Red = 1", "unknown member Red = 1")]
    public void Surplus_Addition_IsNamed(string list, string expected) =>
        Assert.Contains(expected, Assert.Single(Surplus(list.Split('\n'))), StringComparison.Ordinal);

    [Fact]
    public void Format_ParsedList_GivesTheSameLines()
    {
        string[] lines = ["interface N.I", "class N.C : B, I<A, B>", "    int X { get; }", "    int Y  // protected"];
        Assert.Equal(lines, ApiList.Format(ApiList.Parse(lines)));
    }

    private static IReadOnlyList<string> Surplus(params string[] lines) => ApiComparison.Surplus(ApiList.Parse(lines), Official);
}
