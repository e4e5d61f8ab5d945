namespace ExpertCluster.Drills.Support;

/// <summary>What drills draw.</summary>
internal static class Draws
{
    /// <summary>One of them.</summary>
    public static T Pick<T>(this Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
