namespace ExpertCluster.Conformance.Tests;

/// <summary>One type of an API list: its kind and name, what it derives from, and its members, a line each.</summary>
internal sealed record ApiType(string Declaration, IReadOnlyList<string> Bases, IReadOnlyList<string> Members)
{
    /// <summary>The declaration without "sealed class" and the like: what two lists are matched by.</summary>
    public string Name => Declaration[(KindEnd(Declaration) + 1)..];

    private static int KindEnd(string declaration)
    {
        foreach (string kind in (string[])["class ", "struct ", "interface ", "enum ", "delegate "])
        {
            int at = declaration.IndexOf(kind, StringComparison.Ordinal);
            if (at >= 0)
                return at + kind.Length - 1;
        }
        throw new FormatException($"No class, struct, interface, enum or delegate in '{declaration}'.");
    }
}
