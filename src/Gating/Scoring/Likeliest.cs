namespace ExpertCluster.Gating.Scoring;

/// <summary>The classes with the largest probabilities, without sorting all of them.</summary>
internal static class Likeliest
{
    /// <param name="probabilities">Of each class.</param>
    /// <param name="most">How many are wanted.</param>
    /// <returns>The largest first, of equal ones the first.</returns>
    public static List<int> Of(ReadOnlySpan<float> probabilities, int most)
    {
        most = Math.Min(most, probabilities.Length);
        if (most == probabilities.Length)
        {
            float[] keys = new float[most];
            for (int i = 0; i < most; i++)
            {
                keys[i] = -probabilities[i];
            }

            return [.. Enumerable.Range(0, most).OrderBy(i => keys[i])];
        }

        List<int> best = new(most + 1);
        float least = float.NegativeInfinity;
        for (int of = 0; of < probabilities.Length; of++)
        {
            float its = probabilities[of];
            if (best.Count == most && its <= least)
            {
                continue;
            }

            int at = best.Count;
            while (at > 0 && probabilities[best[at - 1]] < its)
            {
                at--;
            }

            best.Insert(at, of);
            if (best.Count > most)
            {
                best.RemoveAt(most);
            }

            least = probabilities[best[^1]];
        }

        return best;
    }
}
