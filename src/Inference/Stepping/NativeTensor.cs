using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping;

/// <summary>A zeroed tensor in memory of its own, aligned to cache lines, at one address for its life.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private const nuint Alignment = 64;

    private readonly TensorElementType _type;
    private void* _block;

    /// <exception cref="InsufficientMemoryException">Names the size; nothing is held.</exception>
    public NativeTensor(TensorElementType type, params long[] shape)
    {
        _type = type;
        Bytes = SizeOf(shape);
        nuint bytes = (nuint)Bytes;
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
            OrtMemoryInfo.DefaultInstance, type, shape, (nint)address, Bytes);
        Data = (byte*)address;
    }

    public OrtValue Value { get; }

    public long Bytes { get; }

    private byte* Data { get; }

    /// <summary>Part of the tensor, start and length in bytes. Not to be used after Dispose.</summary>
    public Span<byte> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_block == null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Bytes - length);
        return new Span<byte>(Data + start, length);
    }

    /// <summary>A tensor over part of this one's memory from this byte on, which it must not outlive.</summary>
    public OrtValue View(long start, params long[] shape)
    {
        long bytes = SizeOf(shape);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Bytes - bytes);
        ObjectDisposedException.ThrowIf(_block == null, this);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, _type, shape, (nint)(Data + start), bytes);
    }

    public void Dispose()
    {
        Value.Dispose();
        NativeMemory.Free(_block);
        _block = null;
    }

    private long SizeOf(long[] shape)
    {
        long size = _type switch
        {
            TensorElementType.Float => sizeof(float),
            TensorElementType.Int32 => sizeof(int),
            TensorElementType.UInt8 => sizeof(byte),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), _type, "No tensor of ours has such elements."),
        };
        return shape.Aggregate(size, (product, d) => checked(product * d));
    }
}
