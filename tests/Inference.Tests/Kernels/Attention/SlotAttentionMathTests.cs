using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Attention;

public sealed class SlotAttentionMathTests
{
    /// <summary>Query heads, key-value heads, dimension: every tile of heads, dimensions with and without whole blocks.</summary>
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 2, 2, 16 }, { 4, 2, 32 }, { 6, 2, 64 }, { 8, 2, 48 }, { 5, 1, 16 }, { 14, 2, 24 }, { 8, 1, 128 }, { 3, 1, 6 }, { 2, 1, 64 }, { 1, 1, 80 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_AnyShape_EqualsThePlainLoop(int heads, int keyValueHeads, int dimension)
    {
        var test = new AttentionCase(heads, keyValueHeads, dimension, 64, Rows());
        float[] actual = test.Run<Lanes128>();
        float[] expected = test.Plain();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) < 4e-6f, $"element {i}: {expected[i]} and {actual[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_EachLaneWidth_GivesTheSameBits(int heads, int keyValueHeads, int dimension)
    {
        var test = new AttentionCase(heads, keyValueHeads, dimension, 64, Rows());
        float[] narrow = test.Run<Lanes128>();
        Assert.Equal(narrow, test.Run<Lanes256>());
        Assert.Equal(narrow, test.Run<Lanes512>());
    }

    /// <summary>Window, cap of the scores, norms, rotated pairs of 16: each by itself, and all at once.</summary>
    public static TheoryData<int, float, bool, int> Variants => new()
    {
        { 1, 0, false, 16 }, { 5, 0, false, 16 }, { 16, 0, false, 16 }, { 17, 0, false, 16 }, { 33, 0, false, 16 }, { 64, 0, false, 16 },
        { 0, 2, false, 16 }, { 0, 50, false, 16 }, { 0, 0, true, 16 }, { 0, 0, false, 8 }, { 0, 0, false, 0 }, { 21, 3, true, 8 },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Run_AnyVariant_EqualsThePlainLoop(int window, float cap, bool norms, int half)
    {
        AttentionCase test = new(6, 2, 32, half, 64, Rows()) { Window = window, SoftCap = cap, Norms = norms };
        float[] expected = test.Plain();
        float[] actual = test.Run<Lanes128>();
        float tolerance = cap > 10 ? 1e-5f : 4e-6f;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) < tolerance, $"element {i}: {expected[i]} and {actual[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Run_AnyVariant_GivesTheSameBitsInEachLaneWidth(int window, float cap, bool norms, int half)
    {
        AttentionCase test = new(6, 2, 32, half, 64, Rows()) { Window = window, SoftCap = cap, Norms = norms };
        float[] narrow = test.Run<Lanes128>();
        Assert.Equal(narrow, test.Run<Lanes256>());
        Assert.Equal(narrow, test.Run<Lanes512>());
    }

    /// <summary>Each type with and without window, cap, norms and rotation.</summary>
    public static MatrixTheoryData<KvCacheType, int, int> Types => new(
        [KvCacheType.Float16, KvCacheType.Int8], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 21]);

    [Theory]
    [MemberData(nameof(Types))]
    public void Run_ShorterTypes_StayWithinTheirRounding(KvCacheType type, int shape, int window)
    {
        var test = CaseOf(type, shape, window, norms: shape % 2 == 1);
        float[] expected = test.Plain();
        float[] actual = test.Run<Lanes128>();
        double bound = test.Bound() + 4e-6;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) < bound, $"element {i}: {expected[i]} and {actual[i]}, bound {bound}");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Run_ShorterTypes_GiveTheSameBitsInEachLaneWidth(KvCacheType type, int shape, int window)
    {
        var test = CaseOf(type, shape, window, norms: shape % 2 == 1);
        float[] narrow = test.Run<Lanes128>();
        Assert.Equal(narrow, test.Run<Lanes256>());
        Assert.Equal(narrow, test.Run<Lanes512>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Run_NumbersThatTheTypeHolds_EqualsThePlainLoop(KvCacheType type, int shape, int window)
    {
        var (heads, keyValueHeads, dimension) = ShapeOf(shape);
        var test = new AttentionCase(heads, keyValueHeads, dimension, 0, 64, Rows()) { Type = type, Window = window, SoftCap = 20 }.OnGrid();
        float[] expected = test.Plain();
        float[] actual = test.Run<Lanes256>();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) < 1e-5f, $"element {i}: {expected[i]} and {actual[i]}");
        }
    }

    private static AttentionCase CaseOf(KvCacheType type, int shape, int window, bool norms)
    {
        var (heads, keyValueHeads, dimension) = ShapeOf(shape);
        return new AttentionCase(heads, keyValueHeads, dimension, 64, Rows()) { Type = type, Window = window, Norms = norms };
    }

    private static (int Heads, int KeyValueHeads, int Dimension) ShapeOf(int shape) => Shapes.Skip(shape).First().Data;

    [Fact]
    public void Run_FirstPosition_IsTheValueItself()
    {
        float[] output = new AttentionCase(1, 1, 16, 16, (0, 0)).Run<Lanes256>();
        Assert.Equal(new AttentionCase(1, 1, 16, 16, (0, 0)).Plain(), output);
    }

    /// <summary>Two slots with their whole histories, longer than a block of keys, one full to its last position.</summary>
    private static (int Slot, int Position)[] Rows() =>
        [.. Enumerable.Range(0, 64).Select(p => (2, p)), .. Enumerable.Range(0, 17).Select(p => (0, p))];
}
