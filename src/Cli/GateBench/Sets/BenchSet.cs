namespace ExpertCluster.Cli.GateBench.Sets;

/// <summary>What is measured of a set.</summary>
internal enum SetKind
{
    /// <summary>Whether each text's expert is chosen.</summary>
    Field,

    /// <summary>Whether the choice is that for the same line of another set.</summary>
    Unchanged,

    /// <summary>Whether the generalist answers.</summary>
    Nobody,
}

/// <param name="Text">What is asked.</param>
/// <param name="Field">Who knows; null: nobody but the generalist.</param>
internal readonly record struct BenchText(string Text, string? Field);

/// <param name="Name">As the tables have it.</param>
/// <param name="Kind">What is measured.</param>
/// <param name="Of">The set that it is another writing of, line by line; null for other kinds than <see cref="SetKind.Unchanged"/>.</param>
/// <param name="Texts">At least one.</param>
internal sealed record BenchSet(string Name, SetKind Kind, string? Of, IReadOnlyList<BenchText> Texts)
{
    /// <summary>At most so many, evenly spread: the same lines of sets that belong together.</summary>
    public BenchSet Limited(int limit) => limit >= Texts.Count
        ? this
        : this with { Texts = [.. Enumerable.Range(0, limit).Select(i => Texts[(int)((long)i * Texts.Count / limit)])] };
}
