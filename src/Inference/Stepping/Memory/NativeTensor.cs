using System.Runtime.InteropServices;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping.Memory;

/// <summary>
/// A zeroed tensor in memory of its own, aligned to cache lines, at one address for its life. The memory stays as long as a binding
/// has the tensor or a view of it; <see cref="Slice"/> is for who sees to it that Dispose comes later.
/// </summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private const nuint Alignment = 64;

    private readonly TensorElementType _type;
    private readonly byte* _data;
    private volatile bool _disposed;

    /// <exception cref="InsufficientMemoryException">Names the size; nothing is held.</exception>
    public NativeTensor(TensorElementType type, params long[] shape)
    {
        _type = type;
        Bytes = SizeOf(shape);
        nuint bytes = (nuint)Bytes;
        void* block;
        try
        {
            // Large zeroed blocks come from the system page by page: what is never used costs nothing.
            block = NativeMemory.AllocZeroed(bytes + Alignment);
        }
        catch (OutOfMemoryException failure)
        {
            throw new InsufficientMemoryException($"No memory for a tensor of {bytes >> 20} MiB.", failure);
        }

        _data = (byte*)(((nuint)block + Alignment - 1) & ~(Alignment - 1));
        try
        {
            Value = OnnxTensor.At((nint)_data, Bytes, type, shape, () => NativeMemory.Free(block));
        }
        catch
        {
            NativeMemory.Free(block);
            throw;
        }
    }

    public OnnxTensor Value { get; }

    public long Bytes { get; }

    /// <summary>Part of the tensor, start and length in bytes. Not to be used after Dispose, which it does not hold up.</summary>
    public Span<byte> Slice(long start, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Bytes - length);
        return new Span<byte>(_data + start, length);
    }

    /// <summary>A tensor over part of this one's memory from this byte on, which it keeps.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public OnnxTensor View(long start, params long[] shape)
    {
        long bytes = SizeOf(shape);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Bytes - bytes);
        var stay = Value.Enter();
        try
        {
            return OnnxTensor.At((nint)(_data + start), bytes, _type, shape, stay.Dispose);
        }
        catch
        {
            stay.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Value.Dispose();
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
