using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Vectors;

public sealed unsafe class HalvesTests
{
    /// <summary>Every half, the floats beside it, and those beside the middle between it and the next one.</summary>
    private static readonly float[] Numbers = [.. Enumerable.Range(0, 0x7c00).SelectMany(bits =>
    {
        float half = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
        float next = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
        float middle = bits == 0x7bff ? 65520 : (half + next) / 2;
        return (float[])[half, -half, MathF.BitIncrement(half), middle, -middle, MathF.BitDecrement(middle), MathF.BitIncrement(middle)];
    })];

    [Fact]
    public void Round_AnyNumber_IsTheNearestHalf()
    {
        ushort[] actual = Round(Numbers);
        for (int i = 0; i < Numbers.Length; i++)
        {
            Assert.True(Expected(Numbers[i]) == actual[i], $"{Numbers[i]:R} became {actual[i]:x4}, not {Expected(Numbers[i]):x4}");
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 65504f)]
    [InlineData(float.NegativeInfinity, -65504f)]
    [InlineData(1e30f, 65504f)]
    [InlineData(-65519f, -65504f)]
    [InlineData(6e-5f, 0f)]
    [InlineData(1e-40f, 0f)]
    public void Round_OutOfRange_IsTheLargestOrNought(float number, float expected) =>
        Assert.Equal(expected, (float)BitConverter.UInt16BitsToHalf(Round([number])[0]));

    [Fact]
    public void Round_NaN_IsTheLargest() =>
        Assert.Equal(65504f, MathF.Abs((float)BitConverter.UInt16BitsToHalf(Round([float.NaN])[0])));

    [Fact]
    public void LoadHalves_EveryNormalHalf_IsItTimesItsUnitInEachLaneWidth()
    {
        short[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => (short)bits)
            .Where(bits => (bits & 0x7fff) == 0 || ((bits & 0x7c00) is not 0 and not 0x7c00))];
        float[] expected = [.. halves.Select(bits => MathF.ScaleB((float)BitConverter.Int16BitsToHalf(bits), -112))];
        Assert.Equal(expected, Load<Lanes128>(halves));
        Assert.Equal(expected, Load<Lanes256>(halves));
        Assert.Equal(expected, Load<Lanes512>(halves));
        fixed (short* source = halves)
        {
            for (int i = 0; i < halves.Length; i++)
            {
                Assert.Equal(expected[i], HalfElement.LoadOne((byte*)(source + i)));
            }
        }
    }

    // The framework's conversion rounds alike; what the cache does otherwise is its contract.
    private static ushort Expected(float number)
    {
        float size = MathF.Abs(number);
        ushort sign = (ushort)(float.IsNegative(number) ? 0x8000 : 0);
        return size < Halves.Least ? sign
            : size > Halves.Largest ? (ushort)(sign | 0x7bff)
            : BitConverter.HalfToUInt16Bits((Half)number);
    }

    private static ushort[] Round(float[] numbers)
    {
        ushort[] halves = new ushort[numbers.Length];
        fixed (float* source = numbers)
        fixed (ushort* target = halves)
        {
            Halves.Round(source, numbers.Length, target);
        }

        return halves;
    }

    /// <summary>The last set overlaps the one before.</summary>
    private static float[] Load<TLanes>(short[] halves)
        where TLanes : struct, ILanes<TLanes>
    {
        float[] numbers = new float[halves.Length];
        fixed (short* source = halves)
        fixed (float* target = numbers)
        {
            for (int i = 0; i < halves.Length; i += Lanes.Count)
            {
                int at = Math.Min(i, halves.Length - Lanes.Count);
                TLanes.Store(TLanes.LoadHalves(source + at), target + at);
            }
        }

        return numbers;
    }
}
