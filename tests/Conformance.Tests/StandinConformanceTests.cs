using System.Reflection;

namespace ExpertCluster.Conformance.Tests;

public sealed class StandinConformanceTests
{
    /// <summary>Set to 1, the tests write the lists anew instead of comparing with them.</summary>
    private const string WriteVariable = "EXPERTCLUSTER_WRITE_PUBLIC_API";

    public static TheoryData<string> Standins => [.. Repository.Standins];

    [Theory]
    [MemberData(nameof(Standins))]
    public void PublicSurface_OfEachStandin_EqualsItsList(string standin)
    {
        string[] actual = [.. ApiList.Format(PublicSurface.Of(Assembly.Load(standin)))];
        string file = Repository.PublicApiFile(standin);
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            File.WriteAllLines(file, actual);

        Assert.True(File.Exists(file), $"standins/{standin}/PublicApi.txt is missing; README.md says how to write it.");
        Assert.Equal(string.Join('\n', File.ReadAllLines(file)), string.Join('\n', actual));
    }

    [Theory]
    [MemberData(nameof(Standins))]
    public void PublicSurface_OfEachStandin_IsASubsetOfTheOfficialOne(string standin)
    {
        Assert.SkipWhen(Repository.OfficialApi is null, "No shared/official-api beside this checkout to compare with.");
        Dictionary<string, ApiType> official = ApiList.Merge(Directory.EnumerateFiles(Repository.OfficialApi!, "*.txt")
            .SelectMany(file => ApiList.Parse(File.ReadLines(file))));

        IReadOnlyList<string> surplus = ApiComparison.Surplus(PublicSurface.Of(Assembly.Load(standin)), official);

        Assert.True(surplus.Count == 0, string.Join('\n', surplus));
    }
}
