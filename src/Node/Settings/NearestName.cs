namespace ExpertCluster.Node.Settings;

/// <summary>How far two names are apart: letters to change, add or leave out, case aside (Levenshtein).</summary>
internal static class NearestName
{
    /// <summary>Longer names are not compared: no setting is near it, and the work grows with the square.</summary>
    private const int Longest = 128;

    /// <summary>Whether one can be a slip of the other: a third of its letters, at least one.</summary>
    public static bool IsNear(string name, string known, out int distance)
    {
        distance = name.Length > Longest || known.Length > Longest ? int.MaxValue : Distance(name.ToUpperInvariant(), known.ToUpperInvariant());
        return distance <= Math.Max(1, name.Length / 3);
    }

    private static int Distance(string from, string to)
    {
        int[] above = [.. Enumerable.Range(0, to.Length + 1)];
        int[] row = new int[to.Length + 1];
        for (int i = 0; i < from.Length; i++)
        {
            row[0] = i + 1;
            for (int j = 0; j < to.Length; j++)
            {
                int changed = above[j] + (from[i] == to[j] ? 0 : 1);
                row[j + 1] = Math.Min(changed, 1 + Math.Min(above[j + 1], row[j]));
            }

            (above, row) = (row, above);
        }

        return above[to.Length];
    }
}
