namespace ExpertCluster.Learning;

/// <summary>What says of what an expert is, piece by piece: a sentence of several matters is near none of them, its parts are.</summary>
internal static class ClassHints
{
    private const int MaxHints = 64;
    private const int ShortestPart = 3;

    private static readonly string[] Joints = [", and ", ", or ", ", ", "; ", ": ", " and ", ". "];

    public static IReadOnlyList<string> Of(GateExpert expert)
    {
        List<string> hints = [];
        string name = string.Join(' ', expert.Name.Split('-', '_', '.').Where(w => w.Length >= ShortestPart && w.All(char.IsLetter)));
        string description = expert.Description.Trim();
        if (name.Length > 0 && (description.Length > 0 || expert.Keywords.Count > 0))
        {
            hints.Add(name);
        }

        if (description.Length > 0)
        {
            hints.Add(description);
            hints.AddRange(description.TrimEnd('.').Split(Joints, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(p => p.Length >= ShortestPart));
        }

        if (expert.Keywords.Count > 0)
        {
            hints.Add(string.Join(", ", expert.Keywords.Take(MaxHints)));
            hints.AddRange(expert.Keywords);
        }

        return [.. hints.Distinct(StringComparer.Ordinal).Take(MaxHints)];
    }
}
