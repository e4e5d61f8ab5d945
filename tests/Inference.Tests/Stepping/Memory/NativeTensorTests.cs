using ExpertCluster.Inference.Stepping.Memory;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Tests.Stepping.Memory;

public sealed class NativeTensorTests
{
    [Fact]
    public void SliceAndView_AfterDispose_AreRefused()
    {
        var tensor = new NativeTensor(TensorElementType.Float, 2, 3);
        Assert.Equal(24, tensor.Slice(0, 24).Length);
        tensor.Dispose();
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Slice(0, 1).Length);
        Assert.Throws<ObjectDisposedException>(() => tensor.View(0, 1));
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(21, 4)]
    public void Slice_OutOfRange_IsRefused(long start, int length)
    {
        using var tensor = new NativeTensor(TensorElementType.Float, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(start, length).Length);
    }
}
