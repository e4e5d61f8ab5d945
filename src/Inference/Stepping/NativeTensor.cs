using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping;

/// <summary>A zeroed f32 tensor in memory of its own, aligned to cache lines, at one address for its life.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private const nuint Alignment = 64;

    private readonly long _length;
    private void* _block;

    /// <exception cref="InsufficientMemoryException">Names the size; nothing is held.</exception>
    public NativeTensor(params long[] shape)
    {
        _length = shape.Aggregate(1L, (product, d) => checked(product * d));
        nuint bytes = checked((nuint)_length * sizeof(float));
        try
        {
            // Large zeroed blocks come from the system page by page: what is never used costs nothing.
            _block = NativeMemory.AllocZeroed(bytes + Alignment);
        }
        catch (OutOfMemoryException failure)
        {
            throw new InsufficientMemoryException($"No memory for a tensor of {bytes >> 20} MiB.", failure);
        }

        nuint address = ((nuint)_block + Alignment - 1) & ~(Alignment - 1);
        Value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)address, checked((long)bytes));
        Data = (float*)address;
    }

    public OrtValue Value { get; }

    public long Bytes => _length * sizeof(float);

    private float* Data { get; }

    /// <summary>Part of the tensor. Not to be used after Dispose.</summary>
    public Span<float> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_block == null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _length - length);
        return new Span<float>(Data + start, length);
    }

    /// <summary>A tensor over part of this one's memory, which it must not outlive.</summary>
    public OrtValue View(long start, params long[] shape)
    {
        long length = shape.Aggregate(1L, (product, d) => checked(product * d));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, _length - length);
        ObjectDisposedException.ThrowIf(_block == null, this);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)(Data + start), length * sizeof(float));
    }

    public void Dispose()
    {
        Value.Dispose();
        NativeMemory.Free(_block);
        _block = null;
    }
}
