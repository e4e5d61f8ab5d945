using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// Keeps a handle from being released while a native call uses it, so that a Dispose on another thread waits for the
/// call's end. Throws ObjectDisposedException where the handle is closed already.
/// </summary>
internal readonly ref struct HandleLease
{
    private readonly SafeHandle? _handle;

    public HandleLease(SafeHandle? handle)
    {
        if (handle is null)
        {
            return;
        }

        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
        Pointer = handle.DangerousGetHandle();
    }

    /// <summary>Null when the lease is of no handle.</summary>
    public nint Pointer { get; }

    public void Dispose() => _handle?.DangerousRelease();
}
