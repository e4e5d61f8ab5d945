using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A session's inputs or outputs, in the graph's order and by name.</summary>
internal sealed class NodeTable
{
    private NodeTable(SessionHandle handle, int countEntry, int nameEntry, int typeEntry)
    {
        using var session = new HandleLease(handle);
        using var allocator = new HandleLease(OrtAllocator.DefaultInstance);
        NativeStatus.Check(NativeMethods.Out2(countEntry, session.Pointer, out nint count));
        var names = new string[count];
        var metadata = new Dictionary<string, NodeMetadata>((int)count, StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            NativeStatus.Check(NativeMethods.GetNodeName(nameEntry, session.Pointer, i, allocator.Pointer, out nint name));
            names[i] = NativeText.Take(name, allocator.Pointer);
            NativeStatus.Check(NativeMethods.GetNodeType(typeEntry, session.Pointer, i, out nint type));
            try
            {
                metadata[names[i]] = new NodeMetadata(type);
            }
            finally
            {
                NativeMethods.Release(ApiEntry.ReleaseTypeInfo, type);
            }
        }

        Names = names;
        Metadata = metadata;
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyDictionary<string, NodeMetadata> Metadata { get; }

    public static NodeTable OfInputs(SessionHandle session) =>
        new(session, ApiEntry.SessionGetInputCount, ApiEntry.SessionGetInputName, ApiEntry.SessionGetInputTypeInfo);

    public static NodeTable OfOutputs(SessionHandle session) =>
        new(session, ApiEntry.SessionGetOutputCount, ApiEntry.SessionGetOutputName, ApiEntry.SessionGetOutputTypeInfo);
}
