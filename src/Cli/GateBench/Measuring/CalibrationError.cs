namespace ExpertCluster.Cli.GateBench.Measuring;

/// <summary>
/// The expected calibration error (Naeini et al., 2015), with the 15 bins of equal width of Guo et al. (2017): how far, on the mean, confidence is
/// from how often it was right.
/// </summary>
internal static class CalibrationError
{
    public const int Bins = 15;

    /// <param name="confidences">0 to 1.</param>
    /// <param name="right">Whether what was said with that confidence is right.</param>
    /// <param name="chosen">Which of them, each as often as it is named.</param>
    public static double Of(double[] confidences, bool[] right, ReadOnlySpan<int> chosen)
    {
        // Of each bin: what was claimed less what was right, summed. Its size cancels out.
        Span<double> gaps = stackalloc double[Bins];
        foreach (int i in chosen)
        {
            gaps[BinOf(confidences[i])] += confidences[i] - (right[i] ? 1 : 0);
        }

        double sum = 0;
        foreach (double gap in gaps)
        {
            sum += Math.Abs(gap);
        }

        return chosen.IsEmpty ? 0 : sum / chosen.Length;
    }

    /// <summary>A bin has its upper edge, as in Guo et al.</summary>
    private static int BinOf(double confidence) => Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
}
