using ExpertCluster.Inference.Kernels;

namespace ExpertCluster.Inference.Tests.Kernels;

public sealed class SlotAttentionMathTests
{
    /// <summary>Query heads, key-value heads, dimension: every tile of heads, dimensions with and without whole blocks.</summary>
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 2, 2, 16 }, { 4, 2, 32 }, { 6, 2, 64 }, { 8, 2, 48 }, { 5, 1, 16 }, { 14, 2, 24 }, { 8, 1, 128 }, { 3, 1, 6 },
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
