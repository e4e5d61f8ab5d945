namespace ExpertCluster.Load;

/// <summary>Draws i of 0..count-1 with probability proportional to 1 / (i + 1)^exponent.</summary>
internal sealed class ZipfChoice
{
    private readonly double[] _cumulative;
    private readonly Random _random;

    public ZipfChoice(int count, double exponent, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _random = random;
        _cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _cumulative[i] = sum;
        }
    }

    public int Next()
    {
        int at = Array.BinarySearch(_cumulative, _random.NextDouble() * _cumulative[^1]);
        return Math.Min(at < 0 ? ~at : at, _cumulative.Length - 1);
    }
}
