using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Kernels;

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

    private static OrtValue[] Inputs(int[] index, float[] weight) =>
    [
        OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]),
        OrtValue.CreateTensorValueFromMemory<float>([1, 2, 3], [1, 3]),
        OrtValue.CreateTensorValueFromMemory<float>([9, 9, 9, 9, 1, 0, 0, 1], [2, 2, 2]),
        OrtValue.CreateTensorValueFromMemory<float>([9, 9, 9, 10, 20, 30], [2, 1, 3]),
        OrtValue.CreateTensorValueFromMemory(index, [1, index.Length]),
        OrtValue.CreateTensorValueFromMemory(weight, [1, weight.Length]),
    ];
}
