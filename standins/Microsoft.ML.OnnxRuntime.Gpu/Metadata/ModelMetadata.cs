using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What the model's file says of itself.</summary>
public unsafe class ModelMetadata
{
    internal ModelMetadata(SessionHandle handle)
    {
        using var session = new HandleLease(handle);
        using var allocator = new HandleLease(OrtAllocator.DefaultInstance);
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.SessionGetModelMetadata, session.Pointer, out nint metadata));
        try
        {
            ProducerName = Text(ApiEntry.ModelMetadataGetProducerName, metadata, allocator.Pointer);
            GraphName = Text(ApiEntry.ModelMetadataGetGraphName, metadata, allocator.Pointer);
            Domain = Text(ApiEntry.ModelMetadataGetDomain, metadata, allocator.Pointer);
            Description = Text(ApiEntry.ModelMetadataGetDescription, metadata, allocator.Pointer);
            NativeStatus.Check(NativeMethods.GetModelVersion(metadata, out long version));
            Version = version;
            CustomMetadataMap = ReadMap(metadata, allocator.Pointer);
        }
        finally
        {
            NativeMethods.Release(ApiEntry.ReleaseModelMetadata, metadata);
        }
    }

    public string ProducerName { get; }

    public string GraphName { get; }

    public string Domain { get; }

    public string Description { get; }

    public long Version { get; }

    public Dictionary<string, string> CustomMetadataMap { get; }

    private static Dictionary<string, string> ReadMap(nint metadata, nint allocator)
    {
        NativeStatus.Check(NativeMethods.GetMetadataKeys(metadata, allocator, out nint* keys, out long count));
        var map = new Dictionary<string, string>((int)count, StringComparer.Ordinal);
        long next = 0;
        try
        {
            while (next < count)
            {
                NativeStatus.Check(NativeMethods.LookupMetadata(metadata, allocator, (byte*)keys[next], out nint value));
                string text = NativeText.Take(value, allocator);
                map[NativeText.Take(keys[next++], allocator)] = text;
            }
        }
        finally
        {
            for (; next < count; next++)
            {
                NativeMethods.Free(allocator, keys[next]);
            }

            if (keys != null)
            {
                NativeMethods.Free(allocator, (nint)keys);
            }
        }

        return map;
    }

    private static string Text(int entry, nint metadata, nint allocator)
    {
        NativeStatus.Check(NativeMethods.Out3(entry, metadata, allocator, out nint text));
        return NativeText.Take(text, allocator);
    }
}
