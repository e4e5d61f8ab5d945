namespace ExpertCluster.Learning;

/// <summary>Golden-section search over the logarithm of a positive number, for losses with one valley.</summary>
internal static class GoldenSection
{
    private const double Ratio = 0.6180339887498949;
    private const int Steps = 24;

    public static double Minimum(double least, double most, Func<double, double> loss)
    {
        (double low, double high) = (Math.Log(least), Math.Log(most));
        for (int i = 0; i < Steps; i++)
        {
            double left = high - (Ratio * (high - low));
            double right = low + (Ratio * (high - low));
            if (loss(Math.Exp(left)) <= loss(Math.Exp(right)))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);
    }
}
