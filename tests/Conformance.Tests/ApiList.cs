namespace ExpertCluster.Conformance.Tests;

/// <summary>Reads and writes the lists: a header line a type, its members indented by four spaces below it.</summary>
internal static class ApiList
{
    private const string Indent = "    ";
    private const string BaseSeparator = " : ";

    public static IReadOnlyList<ApiType> Parse(IEnumerable<string> lines)
    {
        var types = new List<ApiType>();
        var members = new List<string>();
        foreach (string line in lines.Where(line => line.Length > 0))
        {
            if (line.StartsWith(Indent, StringComparison.Ordinal))
            {
                if (types.Count == 0)
                    throw new FormatException($"The member '{line.Trim()}' stands below no type.");
                members.Add(line[Indent.Length..]);
                continue;
            }
            members = [];
            int colon = line.IndexOf(BaseSeparator, StringComparison.Ordinal);
            types.Add(new ApiType(
                colon < 0 ? line : line[..colon],
                colon < 0 ? [] : SplitOutsideBrackets(line[(colon + BaseSeparator.Length)..]),
                members));
        }
        return types;
    }

    public static IEnumerable<string> Format(IEnumerable<ApiType> types)
    {
        foreach (ApiType type in types)
        {
            yield return type.Bases.Count == 0 ? type.Declaration : type.Declaration + BaseSeparator + string.Join(", ", type.Bases);
            foreach (string member in type.Members)
                yield return Indent + member;
        }
    }

    /// <summary>Merges lists of several assemblies; a type that two of them declare gets both's members.</summary>
    public static Dictionary<string, ApiType> Merge(IEnumerable<ApiType> types) => types
        .GroupBy(type => type.Name, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => new ApiType(
                group.First().Declaration,
                [.. group.SelectMany(type => type.Bases).Distinct()],
                [.. group.SelectMany(type => type.Members).Distinct()]),
            StringComparer.Ordinal);

    // "IDictionary<string, object>, IEnumerable" has two entries, not three.
    private static List<string> SplitOutsideBrackets(string bases)
    {
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < bases.Length; i++)
        {
            depth += bases[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (bases[i] == ',' && depth == 0)
            {
                parts.Add(bases[start..i].Trim());
                start = i + 1;
            }
        }
        parts.Add(bases[start..].Trim());
        return parts;
    }
}
