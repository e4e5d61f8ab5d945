namespace ExpertCluster.Simulation.Traffic;

/// <summary>Draws ranks from 0: the n-th as often as 1/n^exponent says.</summary>
internal sealed class Zipf
{
    private readonly double[] _sums;

    public Zipf(int count, double exponent)
    {
        _sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _sums[i] = sum;
        }
    }

    public int Draw(Random random)
    {
        int found = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
        return Math.Min(_sums.Length - 1, found < 0 ? ~found : found);
    }
}
