using System.Runtime.Intrinsics;

namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>Four 128-bit vectors: NEON, SSE; plain scalar code where a machine has neither.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    : ILanes<Lanes128>
{
    private readonly Vector128<float> _a = a;
    private readonly Vector128<float> _b = b;
    private readonly Vector128<float> _c = c;
    private readonly Vector128<float> _d = d;

    public static bool Pairs => false;

    public static Lanes128 Load(float* source) => new(
        Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    public static Lanes128 LoadHalves(short* source)
    {
        var low = Vector128.Load(source);
        var high = Vector128.Load(source + 8);
        return new(
            Move(Vector128.WidenLower(low)), Move(Vector128.WidenUpper(low)), Move(Vector128.WidenLower(high)), Move(Vector128.WidenUpper(high)));

        static Vector128<float> Move(Vector128<int> wide) => ((wide << Halves.Shift) & Vector128.Create(Halves.Mask)).AsSingle();
    }

    public static Lanes128 LoadBytes(sbyte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(source));
        return new(
            Vector128.ConvertToSingle(Vector128.WidenLower(low)),
            Vector128.ConvertToSingle(Vector128.WidenUpper(low)),
            Vector128.ConvertToSingle(Vector128.WidenLower(high)),
            Vector128.ConvertToSingle(Vector128.WidenUpper(high)));
    }

    public static void Store(Lanes128 value, float* target)
    {
        value._a.Store(target);
        value._b.Store(target + 4);
        value._c.Store(target + 8);
        value._d.Store(target + 12);
    }

    public static Lanes128 Broadcast(float value)
    {
        var all = Vector128.Create(value);
        return new(all, all, all, all);
    }

    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(
        Vector128.FusedMultiplyAdd(a._a, b._a, c._a),
        Vector128.FusedMultiplyAdd(a._b, b._b, c._b),
        Vector128.FusedMultiplyAdd(a._c, b._c, c._c),
        Vector128.FusedMultiplyAdd(a._d, b._d, c._d));

    public static Lanes128 Add(Lanes128 a, Lanes128 b) => new(a._a + b._a, a._b + b._b, a._c + b._c, a._d + b._d);

    public static Lanes128 Subtract(Lanes128 a, Lanes128 b) => new(a._a - b._a, a._b - b._b, a._c - b._c, a._d - b._d);

    public static Lanes128 Multiply(Lanes128 a, Lanes128 b) => new(a._a * b._a, a._b * b._b, a._c * b._c, a._d * b._d);

    public static Lanes128 Divide(Lanes128 a, Lanes128 b) => new(a._a / b._a, a._b / b._b, a._c / b._c, a._d / b._d);

    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(
        Vector128.Max(a._a, b._a), Vector128.Max(a._b, b._b), Vector128.Max(a._c, b._c), Vector128.Max(a._d, b._d));

    public static Lanes128 Exp(Lanes128 value) => new(
        Vector128.Exp(value._a), Vector128.Exp(value._b), Vector128.Exp(value._c), Vector128.Exp(value._d));

    public static float Sum(Lanes128 value) =>
        LaneTree.Sum(Vector256.Create(value._a + value._c, value._b + value._d));

    public static float Largest(Lanes128 value) =>
        LaneTree.Largest(Vector256.Create(Vector128.Max(value._a, value._c), Vector128.Max(value._b, value._d)));
}
