namespace Microsoft.ML.OnnxRuntime.Native;

internal static unsafe partial class NativeMethods
{
    public static nint CreateTensor(
        nint memoryInfo, void* data, nuint bytes, ReadOnlySpan<long> shape, int elementType, out nint value)
    {
        fixed (long* dimensions = shape)
        {
            fixed (nint* v = &value)
            {
                return ((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)
                    Api[ApiEntry.CreateTensorWithDataAsOrtValue])(
                    memoryInfo, data, bytes, dimensions, (nuint)shape.Length, elementType, v);
            }
        }
    }

    public static nint AllocateTensor(nint allocator, ReadOnlySpan<long> shape, int elementType, out nint value)
    {
        fixed (long* dimensions = shape)
        {
            fixed (nint* v = &value)
            {
                return ((delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)Api[ApiEntry.CreateTensorAsOrtValue])(
                    allocator, dimensions, (nuint)shape.Length, elementType, v);
            }
        }
    }

    public static nint GetDimensions(nint shapeInfo, Span<long> dimensions)
    {
        fixed (long* d = dimensions)
        {
            return ((delegate* unmanaged<nint, long*, nuint, nint>)Api[ApiEntry.GetDimensions])(
                shapeInfo, d, (nuint)dimensions.Length);
        }
    }

    public static nint GetSymbolicDimensions(nint shapeInfo, Span<nint> names)
    {
        fixed (nint* n = names)
        {
            return ((delegate* unmanaged<nint, nint*, nuint, nint>)Api[ApiEntry.GetSymbolicDimensions])(
                shapeInfo, n, (nuint)names.Length);
        }
    }

    public static nint CreateMemoryInfo(byte* name, int allocatorType, int device, int memoryType, out nint info)
    {
        fixed (nint* i = &info)
        {
            return ((delegate* unmanaged<byte*, int, int, int, nint*, nint>)Api[ApiEntry.CreateMemoryInfo])(
                name, allocatorType, device, memoryType, i);
        }
    }

    public static nint CreateCpuMemoryInfo(int allocatorType, int memoryType, out nint info)
    {
        fixed (nint* i = &info)
        {
            return ((delegate* unmanaged<int, int, nint*, nint>)Api[ApiEntry.CreateCpuMemoryInfo])(allocatorType, memoryType, i);
        }
    }

    public static nint AppendExecutionProvider(nint options, byte* name, byte** keys, byte** values, int count) =>
        ((delegate* unmanaged<nint, byte*, byte**, byte**, nuint, nint>)Api[ApiEntry.AppendExecutionProvider])(
            options, name, keys, values, (nuint)count);

    public static nint UpdateCudaProviderOptions(nint options, byte** keys, byte** values, int count) =>
        ((delegate* unmanaged<nint, byte**, byte**, nuint, nint>)Api[ApiEntry.UpdateCudaProviderOptions])(
            options, keys, values, (nuint)count);
}
