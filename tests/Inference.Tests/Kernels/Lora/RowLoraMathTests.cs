using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Tests.Kernels.Lora;

public sealed class RowLoraMathTests
{
    /// <summary>Rows: none, one adapter, two, the same twice, one with weight 0, one behind an empty place.</summary>
    private static readonly (int, float)[] Rows =
    [
        (-1, 1), (-1, 0), (0, 1), (-1, 0), (1, 0.7f), (3, 0.3f), (2, 0.5f), (2, -0.25f), (0, 0), (3, 1), (-1, 1), (1, 2),
    ];

    /// <summary>Inputs, rank, segments: ranks and widths with and without whole blocks.</summary>
    public static TheoryData<int, int, int[]> Shapes => new()
    {
        { 64, 8, [96, 32, 32] }, { 48, 16, [160, 160] }, { 100, 3, [70] }, { 16, 4, [64] }, { 7, 1, [5, 3, 2] }, { 33, 6, [17, 130] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_AnyShape_EqualsThePlainLoop(int inputs, int rank, int[] segments) =>
        AssertPlain(new LoraCase(inputs, rank, segments, 2, Rows), AdapterType.Float32);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_AnyShapeInHalves_EqualsThePlainLoop(int inputs, int rank, int[] segments) =>
        AssertPlain(new LoraCase(inputs, rank, segments, 2, Rows), AdapterType.Float16);

    private static void AssertPlain(LoraCase test, AdapterType type)
    {
        float[] actual = test.Run<Lanes128>(type: type);
        float[] expected = test.Plain();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) < 4e-6f, $"element {i}: {expected[i]} and {actual[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_EachLaneWidth_GivesTheSameBits(int inputs, int rank, int[] segments)
    {
        var test = new LoraCase(inputs, rank, segments, 2, Rows);
        foreach (var type in Enum.GetValues<AdapterType>())
        {
            float[] narrow = test.Run<Lanes128>(type: type);
            Assert.Equal(narrow, test.Run<Lanes256>(type: type));
            Assert.Equal(narrow, test.Run<Lanes512>(type: type));
        }
    }

    [Fact]
    public void Run_OutputOverY_GivesTheSameBits()
    {
        var test = new LoraCase(64, 8, [96, 32, 32], 2, Rows);
        Assert.Equal(test.Run<Lanes256>(), test.Run<Lanes256>(inPlace: true));
    }
}
