namespace ExpertCluster.Fuzz.Grammars;

/// <summary>What grammars draw.</summary>
internal static class Draw
{
    public static T Of<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static bool In(this Random random, int chances) => random.Next(chances) == 0;

    /// <summary>Mostly few, at times many.</summary>
    public static int Count(this Random random, int usual, int most) => random.In(30) ? random.Next(most) : random.Next(usual + 1);

    public static string Join(this Random random, int count, string between, Func<string> make) => string.Join(between, Enumerable.Range(0, count).Select(_ => make()));
}
