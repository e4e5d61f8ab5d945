namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>Which share of one kind of text is refused where a given share of another is lost: what any floor could do, whatever the gate's own is.</summary>
internal static class Refusal
{
    /// <summary>Of the texts that have an expert, at most so many fall below the threshold.</summary>
    public const double Lost = 0.05;

    /// <param name="known">The likeliest expert's probability on texts that have one.</param>
    /// <param name="chosen">Which of them, each as often as it is named.</param>
    /// <param name="unknown">The same on texts that have none.</param>
    /// <param name="chosenUnknown">Which of those.</param>
    public static double Share(double[] known, ReadOnlySpan<int> chosen, double[] unknown, ReadOnlySpan<int> chosenUnknown)
    {
        double threshold = Threshold(known, chosen);
        int refused = 0;
        foreach (int i in chosenUnknown)
        {
            refused += unknown[i] < threshold ? 1 : 0;
        }

        return chosenUnknown.IsEmpty ? 0 : (double)refused / chosenUnknown.Length;
    }

    /// <summary>The largest threshold below which no more than <see cref="Lost"/> of them fall.</summary>
    internal static double Threshold(double[] known, ReadOnlySpan<int> chosen)
    {
        double[] sorted = new double[chosen.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = known[chosen[i]];
        }

        Array.Sort(sorted);
        return sorted[(int)(Lost * sorted.Length)];
    }
}
