using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class OrtValueTests
{
    [Fact]
    public void CreateTensorValueFromMemory_Array_SharesItsMemory()
    {
        int[] data = [1, 2, 3, 4, 5, 6];
        using var value = OrtValue.CreateTensorValueFromMemory(data, [2, 3]);

        value.GetTensorMutableDataAsSpan<int>()[5] = 60;

        Assert.Equal(60, data[5]);
        Assert.True(value.IsTensor);
        Assert.Equal(24, value.GetTensorSizeInBytes());
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        Assert.Equal(TensorElementType.Int32, info.ElementDataType);
        Assert.Equal(6, info.ElementCount);
        Assert.Equal(2, info.DimensionsCount);
    }

    [Fact]
    public void CreateTensorValueFromMemory_ShapeLargerThanMemory_ThrowsWithBothSizes()
    {
        var failure = Assert.Throws<ArgumentException>(() => OrtValue.CreateTensorValueFromMemory(new float[5], [2, 3]));
        Assert.Contains("6 elements", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateTensorValueFromMemory_NegativeDimension_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OrtValue.CreateTensorValueFromMemory(new float[5], [-1]));

    [Fact]
    public void CreateTensorValueFromMemory_ZeroRows_IsAnEmptyTensor()
    {
        using var value = OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [0, 3]);
        Assert.Equal(0, value.GetTensorDataAsSpan<float>().Length);
    }

    [Fact]
    public void GetTensorDataAsSpan_AnotherElementType_Throws()
    {
        using var value = OrtValue.CreateTensorValueFromMemory(new float[2], [2]);
        Assert.Throws<OnnxRuntimeException>(() => value.GetTensorDataAsSpan<int>().Length);
    }

    [Fact]
    public void GetTensorDataAsSpan_AfterDispose_ThrowsObjectDisposed()
    {
        var value = OrtValue.CreateTensorValueFromMemory(new float[2], [2]);
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.GetTensorDataAsSpan<float>().Length);
    }

    [Fact]
    public void CreateAllocatedTensorValue_FloatShape_IsWritable()
    {
        using var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [4]);
        value.GetTensorMutableDataAsSpan<float>().Fill(7);
        Assert.Equal(16, value.GetTensorMutableRawData().Length);
        Assert.Equal(7, value.GetTensorDataAsSpan<float>()[3]);
    }

    [Fact]
    public unsafe void CreateTensorValueWithData_NativeMemory_SharesIt()
    {
        float* memory = (float*)NativeMemory.AllocZeroed(4, sizeof(float));
        try
        {
            using var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [4], (nint)memory, 16);
            value.GetTensorMutableDataAsSpan<float>()[2] = 3;
            Assert.Equal(3, memory[2]);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    [Fact]
    public void CreateTensorValueWithData_BufferTooSmall_Throws() =>
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [4], 1, 8));
}
