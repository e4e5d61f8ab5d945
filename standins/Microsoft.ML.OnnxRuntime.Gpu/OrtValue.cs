using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A tensor: over the caller's memory, or in memory that the library allocated.</summary>
public unsafe class OrtValue : IDisposable
{
    internal OrtValue(nint value, MemoryHandle pin = default) => Handle = new ValueHandle(value, pin);

    ~OrtValue() => Dispose(false);

    public OnnxValueType OnnxType
    {
        get
        {
            using var value = new HandleLease(Handle);
            NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetValueType, value.Pointer, out int type));
            return (OnnxValueType)type;
        }
    }

    public bool IsTensor => OnnxType == OnnxValueType.ONNX_TYPE_TENSOR;

    internal ValueHandle Handle { get; }

    /// <summary>A tensor over an array, which stays pinned until the value is disposed of.</summary>
    public static OrtValue CreateTensorValueFromMemory<T>(T[] data, long[] shape)
        where T : unmanaged => CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, new Memory<T>(data), shape);

    /// <summary>A tensor over managed memory, which stays pinned until the value is disposed of.</summary>
    public static OrtValue CreateTensorValueFromMemory<T>(OrtMemoryInfo memoryInfo, Memory<T> memory, long[] shape)
        where T : unmanaged
    {
        TensorElementType element = ElementTypes.Of(typeof(T));
        long count = Elements(shape);
        if (count > memory.Length)
        {
            throw new ArgumentException(
                $"The shape [{string.Join(", ", shape)}] has {count} elements, the memory only {memory.Length}.", nameof(memory));
        }

        MemoryHandle pin = memory.Pin();
        try
        {
            nint value = Create(memoryInfo, element, shape, pin.Pointer, checked(count * Unsafe.SizeOf<T>()));
            return new OrtValue(value, pin);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    /// <summary>A tensor over native memory, which the caller keeps alive and in place.</summary>
    public static OrtValue CreateTensorValueWithData(
        OrtMemoryInfo memInfo, TensorElementType elementType, long[] shape, IntPtr dataBufferPtr, long bufferLengthInBytes) =>
        new(Create(memInfo, elementType, shape, (void*)dataBufferPtr, bufferLengthInBytes));

    public static OrtValue CreateAllocatedTensorValue(OrtAllocator allocator, TensorElementType elementType, long[] shape)
    {
        using var lease = new HandleLease(allocator);
        NativeStatus.Check(NativeMethods.AllocateTensor(lease.Pointer, shape, (int)elementType, out nint value));
        return new OrtValue(value);
    }

    public OrtTensorTypeAndShapeInfo GetTensorTypeAndShape()
    {
        using var value = new HandleLease(Handle);
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetTensorTypeAndShape, value.Pointer, out nint info));
        try
        {
            return new OrtTensorTypeAndShapeInfo(info);
        }
        finally
        {
            NativeMethods.Release(ApiEntry.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    public long GetTensorSizeInBytes()
    {
        using var value = new HandleLease(Handle);
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetTensorSizeInBytes, value.Pointer, out nint bytes));
        return bytes;
    }

    /// <summary>The elements; valid until the value is disposed of. The tensor must be in CPU memory.</summary>
    public ReadOnlySpan<T> GetTensorDataAsSpan<T>()
        where T : unmanaged => GetTensorMutableDataAsSpan<T>();

    /// <summary>The elements, to be written; valid until the value is disposed of.</summary>
    public Span<T> GetTensorMutableDataAsSpan<T>()
        where T : unmanaged
    {
        OrtTensorTypeAndShapeInfo shape = GetTensorTypeAndShape();
        if (ElementTypes.Of(typeof(T)) != shape.ElementDataType)
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument, $"The tensor holds {shape.ElementDataType}, not elements of the type {typeof(T)}.");
        }

        return new Span<T>(Data(), checked((int)shape.ElementCount));
    }

    public Span<byte> GetTensorMutableRawData() => new(Data(), checked((int)GetTensorSizeInBytes()));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        // The handle has its own finalizer; a finalizer must not touch it.
        if (disposing)
        {
            Handle.Dispose();
        }
    }

    private static nint Create(OrtMemoryInfo memory, TensorElementType element, long[] shape, void* data, long bytes)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        using var info = new HandleLease(memory);
        NativeStatus.Check(NativeMethods.CreateTensor(info.Pointer, data, (nuint)bytes, shape, (int)element, out nint value));
        return value;
    }

    private static long Elements(long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = 1;
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count = checked(count * dimension);
        }

        return count;
    }

    private void* Data()
    {
        using var value = new HandleLease(Handle);
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetTensorMutableData, value.Pointer, out nint data));
        return (void*)data;
    }
}
