using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>Two 256-bit vectors: AVX2.</summary>
internal readonly unsafe struct Lanes256(Vector256<float> low, Vector256<float> high) : ILanes<Lanes256>
{
    private readonly Vector256<float> _low = low;
    private readonly Vector256<float> _high = high;

    public static bool Pairs => false;

    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    public static Lanes256 LoadHalves(short* source)
    {
        return new(Widen(source), Widen(source + 8));

        static Vector256<float> Widen(short* from) =>
            ((Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe()) << Halves.Shift) & Vector256.Create(Halves.Mask)).AsSingle();
    }

    public static Lanes256 LoadBytes(sbyte* source)
    {
        var wide = Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());
        return new(Vector256.ConvertToSingle(Vector256.WidenLower(wide)), Vector256.ConvertToSingle(Vector256.WidenUpper(wide)));
    }

    public static void Store(Lanes256 value, float* target)
    {
        value._low.Store(target);
        value._high.Store(target + 8);
    }

    public static Lanes256 Broadcast(float value)
    {
        var all = Vector256.Create(value);
        return new(all, all);
    }

    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Vector256.FusedMultiplyAdd(a._low, b._low, c._low), Vector256.FusedMultiplyAdd(a._high, b._high, c._high));

    public static Lanes256 Add(Lanes256 a, Lanes256 b) => new(a._low + b._low, a._high + b._high);

    public static Lanes256 Subtract(Lanes256 a, Lanes256 b) => new(a._low - b._low, a._high - b._high);

    public static Lanes256 Multiply(Lanes256 a, Lanes256 b) => new(a._low * b._low, a._high * b._high);

    public static Lanes256 Divide(Lanes256 a, Lanes256 b) => new(a._low / b._low, a._high / b._high);

    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.Max(a._low, b._low), Vector256.Max(a._high, b._high));

    public static Lanes256 Exp(Lanes256 value) => new(Vector256.Exp(value._low), Vector256.Exp(value._high));

    public static float Sum(Lanes256 value) => LaneTree.Sum(value._low + value._high);

    public static float Largest(Lanes256 value) => LaneTree.Largest(Vector256.Max(value._low, value._high));
}
