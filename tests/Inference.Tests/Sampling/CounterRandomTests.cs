using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Inference.Tests.Sampling;

public sealed class CounterRandomTests
{
    /// <summary>The published outputs of SplitMix64 for seed 1234567 (its state after n steps is seed + n * gamma).</summary>
    [Theory]
    [InlineData(1, 6457827717110365317UL)]
    [InlineData(2, 3203168211198807973UL)]
    [InlineData(3, 9817491932198370423UL)]
    public void Mix_KnownStates_GivesSplitMix64(int step, ulong expected) =>
        Assert.Equal(expected, CounterRandom.Mix(unchecked(1234567UL + ((ulong)step * CounterRandom.Gamma))));

    [Fact]
    public void Uniform_SameSeedAndPosition_IsTheSameAndElseDiffers()
    {
        Assert.Equal(CounterRandom.Uniform(5, 9), CounterRandom.Uniform(5, 9));
        var draws = Enumerable.Range(0, 100).SelectMany(seed => Enumerable.Range(0, 100).Select(p => CounterRandom.Uniform((ulong)seed, p)));
        Assert.Equal(10_000, draws.Distinct().Count());
    }

    /// <summary>100 bins, 99 degrees of freedom: 148.2 is the 0.999 quantile. Over positions, and over seeds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Uniform_ManyDraws_IsUniform(bool overPositions)
    {
        int[] counts = new int[100];
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            double u = overPositions ? CounterRandom.Uniform(42, i) : CounterRandom.Uniform((ulong)i, 42);
            counts[(int)(u * 100)]++;
        }

        Assert.InRange(counts.Sum(count => Math.Pow(count - (Draws / 100.0), 2) / (Draws / 100.0)), 0, 148.2);
    }
}
