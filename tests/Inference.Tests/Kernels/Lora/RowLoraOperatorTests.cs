using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Kernels.Lora;

public sealed class RowLoraOperatorTests
{
    [Fact]
    public void Run_TwoSegments_AddsEachFromItsOwnRows()
    {
        using var session = OperatorSession.Lora(2, 1);

        // x = [1, 2]; adapter 1: A = [[1, 0], [0, 1]] (one rank a segment), B = [10, 20, 30]; y = -y0.
        float[] result = session.Run(Inputs(index: [1], weight: [0.5f]))[0];

        Assert.Equal([-(-1 + 5f), -(-2 + 10f), -(-3 + 30f)], result);
    }

    [Fact]
    public void Run_NoAdapter_PassesY()
    {
        using var session = OperatorSession.Lora(2, 1);
        Assert.Equal([1f, 2f, 3f], session.Run(Inputs(index: [-1], weight: [1]))[0]);
        Assert.Equal([1f, 2f, 3f], session.Run(Inputs(index: [1], weight: [0]))[0]);
    }

    [Fact]
    public void Run_IndexBeyondTheStack_IsRefusedByName()
    {
        using var session = OperatorSession.Lora(2, 1);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(index: [2], weight: [1])));
        Assert.Contains("lora_idx[0, 0] is 2; it must be below 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AdapterOfRankZero_PassesY()
    {
        using var session = OperatorSession.Lora(2, 1);
        Assert.Equal([1f, 2f, 3f], session.Run(Inputs(index: [1], weight: [1], ranks: [1, 0]))[0]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Run_RankBeyondTheStack_IsRefusedByName(int rank)
    {
        using var session = OperatorSession.Lora(2, 1);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(index: [1], weight: [1], ranks: [1, rank])));
        Assert.Contains($"ranks[1] is {rank}; it must be 0 to 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SegmentsOfAnotherWidth_IsRefused()
    {
        using var session = OperatorSession.Lora(2, 2);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(index: [0], weight: [1])));
        Assert.Contains("y has the shape [1, 3]; it must be [1, 4]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_SegmentOfNoWidth_IsRefused()
    {
        var failure = Assert.Throws<OnnxRuntimeException>(() => OperatorSession.Lora(2, 0));
        Assert.Contains("'segments' holds 0", failure.Message, StringComparison.Ordinal);
    }

    private static OrtValue[] Inputs(int[] index, float[] weight, int[]? ranks = null) =>
    [
        OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]),
        OrtValue.CreateTensorValueFromMemory<float>([1, 2, 3], [1, 3]),
        Bytes([9, 9, 9, 9, 1, 0, 0, 1], 2, 2, 2),
        Bytes([9, 9, 9, 10, 20, 30], 2, 1, 3),
        OrtValue.CreateTensorValueFromMemory(ranks ?? [1, 1], [2]),
        OrtValue.CreateTensorValueFromMemory(index, [1, index.Length]),
        OrtValue.CreateTensorValueFromMemory(weight, [1, weight.Length]),
    ];

    private static OrtValue Bytes(float[] values, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(MemoryMarshal.AsBytes<float>(values).ToArray(), [shape[0], shape[1], shape[2] * sizeof(float)]);
}
