namespace Microsoft.ML.OnnxRuntime.Native;

internal static unsafe partial class NativeMethods
{
    /// <summary>Paths are UTF-8 on Unix and UTF-16 on Windows (ORTCHAR_T).</summary>
    public static nint CreateSession(nint env, void* path, nint options, nint container, out nint session)
    {
        fixed (nint* s = &session)
        {
            return container == 0
                ? ((delegate* unmanaged<nint, void*, nint, nint*, nint>)Api[ApiEntry.CreateSession])(env, path, options, s)
                : ((delegate* unmanaged<nint, void*, nint, nint, nint*, nint>)
                    Api[ApiEntry.CreateSessionWithPrepackedWeightsContainer])(env, path, options, container, s);
        }
    }

    public static nint CreateSession(nint env, ReadOnlySpan<byte> model, nint options, nint container, out nint session)
    {
        fixed (byte* data = model)
        {
            fixed (nint* s = &session)
            {
                return container == 0
                    ? ((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)Api[ApiEntry.CreateSessionFromArray])(
                        env, data, (nuint)model.Length, options, s)
                    : ((delegate* unmanaged<nint, byte*, nuint, nint, nint, nint*, nint>)
                        Api[ApiEntry.CreateSessionFromArrayWithPrepackedWeightsContainer])(
                        env, data, (nuint)model.Length, options, container, s);
            }
        }
    }

    public static nint Run(
        nint session, nint options, byte** inputNames, nint* inputs, int inputCount, byte** outputNames, int outputCount, nint* outputs) =>
        ((delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)Api[ApiEntry.Run])(
            session, options, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs);

    /// <summary>The input's or output's name, in memory that the allocator must free.</summary>
    public static nint GetNodeName(int entry, nint session, int index, nint allocator, out nint name)
    {
        fixed (nint* n = &name)
        {
            return ((delegate* unmanaged<nint, nuint, nint, nint*, nint>)Api[entry])(session, (nuint)index, allocator, n);
        }
    }

    public static nint GetNodeType(int entry, nint session, int index, out nint typeInfo)
    {
        fixed (nint* t = &typeInfo)
        {
            return ((delegate* unmanaged<nint, nuint, nint*, nint>)Api[entry])(session, (nuint)index, t);
        }
    }

    public static nint LookupMetadata(nint metadata, nint allocator, byte* key, out nint value)
    {
        fixed (nint* v = &value)
        {
            return ((delegate* unmanaged<nint, nint, byte*, nint*, nint>)Api[ApiEntry.ModelMetadataLookupCustomMetadataMap])(
                metadata, allocator, key, v);
        }
    }

    public static nint GetMetadataKeys(nint metadata, nint allocator, out nint* keys, out long count)
    {
        fixed (nint** k = &keys)
        {
            fixed (long* c = &count)
            {
                return ((delegate* unmanaged<nint, nint, nint**, long*, nint>)Api[ApiEntry.ModelMetadataGetCustomMetadataMapKeys])(
                    metadata, allocator, k, c);
            }
        }
    }

    public static nint GetModelVersion(nint metadata, out long version)
    {
        fixed (long* v = &version)
        {
            return ((delegate* unmanaged<nint, long*, nint>)Api[ApiEntry.ModelMetadataGetVersion])(metadata, v);
        }
    }

    public static nint GetBoundOutputValues(nint binding, nint allocator, out nint* values, out nuint count)
    {
        fixed (nint** v = &values)
        {
            fixed (nuint* c = &count)
            {
                return ((delegate* unmanaged<nint, nint, nint**, nuint*, nint>)Api[ApiEntry.GetBoundOutputValues])(
                    binding, allocator, v, c);
            }
        }
    }

    /// <summary>Frees what a function allocated through the allocator it was given.</summary>
    public static void Free(nint allocator, nint memory) =>
        NativeStatus.Check(((delegate* unmanaged<nint, nint, nint>)Api[ApiEntry.AllocatorFree])(allocator, memory));
}
