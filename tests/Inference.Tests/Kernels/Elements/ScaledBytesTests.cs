using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Elements;

public sealed unsafe class ScaledBytesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(77)]
    public void Round_AnyNumbers_AreWithinHalfAScale(int count)
    {
        var random = new Random(count);
        float[] numbers = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 10) - 5)];

        var (bytes, scale) = Round(numbers);

        Assert.Equal(numbers.Max(MathF.Abs) / 127, scale);
        Assert.Equal(127, bytes.Max(b => Math.Abs((int)b)));
        for (int i = 0; i < count; i++)
        {
            Assert.True(Math.Abs(numbers[i] - ((double)bytes[i] * scale)) <= scale * 0.50001, $"{numbers[i]} became {bytes[i]} of {scale}");
        }
    }

    [Fact]
    public void Round_Ties_GoToEven()
    {
        float[] numbers = [127, 0.5f, 1.5f, -0.5f, -2.5f, 0.49f, .. new float[20], 2.5f];
        var (bytes, scale) = Round(numbers);
        Assert.Equal(1, scale);
        Assert.Equal([127, 0, 2, 0, -2, 0], bytes[..6]);
        Assert.Equal(2, bytes[^1]);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-38f)]
    [InlineData(-1e-31f)]
    public void Round_NothingToSpeakOf_IsNought(float number)
    {
        var (bytes, scale) = Round([number, 0, number]);
        Assert.Equal(0, scale);
        Assert.All(bytes, b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 18)]
    [InlineData(float.PositiveInfinity, 3)]
    [InlineData(float.NegativeInfinity, 17)]
    public void Round_NoNumber_MakesTheScaleNaN(float number, int at)
    {
        float[] numbers = [.. Enumerable.Range(0, 19).Select(i => i == at ? number : i)];
        Assert.Equal(float.NaN, Round(numbers).Scale);
    }

    [Fact]
    public void LoadBytes_EveryByte_IsItInEachLaneWidth()
    {
        sbyte[] bytes = [.. Enumerable.Range(-128, 256).Select(b => (sbyte)b)];
        float[] expected = [.. bytes.Select(b => (float)b)];
        Assert.Equal(expected, Load<Lanes128>(bytes));
        Assert.Equal(expected, Load<Lanes256>(bytes));
        Assert.Equal(expected, Load<Lanes512>(bytes));
    }

    private static (sbyte[] Bytes, float Scale) Round(float[] numbers)
    {
        sbyte[] bytes = new sbyte[numbers.Length];
        fixed (float* source = numbers)
        fixed (sbyte* target = bytes)
        {
            return (bytes, ScaledBytes.Round(source, numbers.Length, target));
        }
    }

    private static float[] Load<TLanes>(sbyte[] bytes)
        where TLanes : struct, ILanes<TLanes>
    {
        float[] numbers = new float[bytes.Length];
        fixed (sbyte* source = bytes)
        fixed (float* target = numbers)
        {
            for (int i = 0; i < bytes.Length; i += Lanes.Count)
            {
                TLanes.Store(TLanes.LoadBytes(source + i), target + i);
            }
        }

        return numbers;
    }
}
