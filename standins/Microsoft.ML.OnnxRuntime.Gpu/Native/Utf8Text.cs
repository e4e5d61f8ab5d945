using System.Runtime.InteropServices.Marshalling;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>One string as zero-terminated UTF-8 for the length of a call, in the caller's stack buffer where it fits.</summary>
internal unsafe ref struct Utf8Text
{
    /// <summary>A buffer size that holds the names of graph inputs.</summary>
    public const int StackBytes = 128;

    private Utf8StringMarshaller.ManagedToUnmanagedIn _marshaller;

    public Utf8Text(string text, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(text);
        _marshaller.FromManaged(text, buffer);
        Pointer = _marshaller.ToUnmanaged();
    }

    public byte* Pointer { get; }

    public void Dispose() => _marshaller.Free();
}
