using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Allocates tensors: in CPU memory, or in the memory of a session's device.</summary>
public class OrtAllocator : SafeHandle
{
    private static readonly Lazy<OrtAllocator> Default = new(() =>
    {
        NativeStatus.Check(NativeMethods.Out1(ApiEntry.GetAllocatorWithDefaultOptions, out nint allocator));
        return new OrtAllocator(allocator);
    });

    public OrtAllocator(InferenceSession session, OrtMemoryInfo memInfo)
        : base(0, ownsHandle: true)
    {
        ArgumentNullException.ThrowIfNull(session);
        using var sessionLease = new HandleLease(session.Handle);
        using var info = new HandleLease(memInfo);
        NativeStatus.Check(NativeMethods.Out3(ApiEntry.CreateAllocator, sessionLease.Pointer, info.Pointer, out nint allocator));
        SetHandle(LiveHandles.Opened(allocator));
    }

    // The default allocator belongs to the library and is never released.
    private OrtAllocator(nint allocator)
        : base(0, ownsHandle: false) => SetHandle(allocator);

    /// <summary>The CPU's, without an arena.</summary>
    public static OrtAllocator DefaultInstance => Default.Value;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseAllocator, handle);
}
