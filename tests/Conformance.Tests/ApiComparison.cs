namespace ExpertCluster.Conformance.Tests;

/// <summary>
/// Whether one API is a subset of another: types and members to the letter, base and interfaces as a subset (a stand-in may
/// leave out an interface that nobody here asks for, but never add one).
/// </summary>
internal static class ApiComparison
{
    public static IReadOnlyList<string> Surplus(IEnumerable<ApiType> subset, IReadOnlyDictionary<string, ApiType> whole)
    {
        var surplus = new List<string>();
        foreach (ApiType type in subset)
        {
            if (!whole.TryGetValue(type.Name, out ApiType? official))
            {
                surplus.Add($"unknown type: {type.Declaration}");
                continue;
            }
            if (type.Declaration != official.Declaration)
                surplus.Add($"declared '{type.Declaration}', officially '{official.Declaration}'");
            surplus.AddRange(type.Bases.Except(official.Bases).Select(name => $"{type.Name}: unknown base or interface {name}"));
            surplus.AddRange(type.Members.Except(official.Members).Select(member => $"{type.Name}: unknown member {member}"));
        }
        return surplus;
    }
}
