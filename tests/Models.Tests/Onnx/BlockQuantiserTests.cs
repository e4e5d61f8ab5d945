using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;

namespace ExpertCluster.Models.Tests.Onnx;

public sealed class BlockQuantiserTests
{
    [Theory]
    // The step over sqrt(12), of a block whose extreme is 2.1 deviations on average: 0.0048 and 0.076; some blocks reach further.
    [InlineData(8, 0.006)]
    [InlineData(4, 0.09)]
    public void Quantise_NormalWeights_HasTheErrorOfItsStep(int bits, double relativeError)
    {
        float[] values = RandomCheckpoint.Values(new Random(3), [64, 32]);
        float[] back = RoundTrip(values, bits);
        double error = values.Zip(back, (a, b) => Math.Pow(a - b, 2)).Sum();
        double power = values.Sum(v => (double)v * v);

        Assert.InRange(Math.Sqrt(error / power), relativeError / 3, relativeError);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void Quantise_AllZero_StaysZero(int bits) => Assert.All(RoundTrip(new float[64], bits), v => Assert.Equal(0, v));

    [Theory]
    [InlineData(8, 127)]
    [InlineData(4, 8)]
    public void Quantise_MultiplesOfTheStep_AreExact(int bits, int most)
    {
        float[] values = [.. Enumerable.Range(0, 32).Select(i => 0.5f * ((i % (2 * most)) - most))];
        if (bits == 8)
        {
            values[5] = -63.5f;
        }

        Assert.Equal(values, RoundTrip(values, bits));
    }

    [Fact]
    public void Quantise_FourBits_PutsTheEvenValueInTheLowHalf()
    {
        float[] values = new float[32];
        values[0] = -8;
        values[1] = 7;
        byte[] packed = new byte[16];
        float[] scales = new float[1];
        BlockQuantiser.Quantise(values, 4, packed, scales);

        Assert.Equal(1, scales[0]);
        Assert.Equal(0xF0, packed[0]);
        Assert.All(packed[1..], b => Assert.Equal(0x88, b));
    }

    private static float[] RoundTrip(float[] values, int bits)
    {
        byte[] packed = new byte[values.Length * bits / 8];
        float[] scales = new float[values.Length / 32];
        BlockQuantiser.Quantise(values, bits, packed, scales);
        int zero = 1 << (bits - 1);
        return [.. values.Select((_, i) =>
        {
            int level = bits == 8 ? packed[i] : (packed[i / 2] >> (4 * (i % 2))) & 15;
            return (level - zero) * scales[i / 32];
        })];
    }
}
