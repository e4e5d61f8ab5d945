using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>One 512-bit vector: AVX-512.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    public static bool Pairs => true;

    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    public static Lanes512 LoadHalves(short* source)
    {
        var wide = Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe());
        return new(((wide << Halves.Shift) & Vector512.Create(Halves.Mask)).AsSingle());
    }

    public static Lanes512 LoadBytes(sbyte* source)
    {
        var wide = Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()).ToVector512Unsafe();
        return new(Vector512.ConvertToSingle(Vector512.WidenLower(wide)));
    }

    public static void Store(Lanes512 value, float* target) => value._value.Store(target);

    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes512 Add(Lanes512 a, Lanes512 b) => new(a._value + b._value);

    public static Lanes512 Subtract(Lanes512 a, Lanes512 b) => new(a._value - b._value);

    public static Lanes512 Multiply(Lanes512 a, Lanes512 b) => new(a._value * b._value);

    public static Lanes512 Divide(Lanes512 a, Lanes512 b) => new(a._value / b._value);

    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.Max(a._value, b._value));

    public static Lanes512 Exp(Lanes512 value) => new(Vector512.Exp(value._value));

    public static float Sum(Lanes512 value) => LaneTree.Sum(value._value.GetLower() + value._value.GetUpper());

    public static float Largest(Lanes512 value) =>
        LaneTree.Largest(Vector256.Max(value._value.GetLower(), value._value.GetUpper()));
}
