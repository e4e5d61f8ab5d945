using System.Buffers;
using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>A native OrtValue, and the pin on the managed memory that it looks at, if any.</summary>
internal sealed class ValueHandle : SafeHandle
{
    private MemoryHandle _pin;

    public ValueHandle(nint value, MemoryHandle pin = default)
        : base(0, ownsHandle: true)
    {
        SetHandle(LiveHandles.Opened(value));
        _pin = pin;
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LiveHandles.Release(ApiEntry.ReleaseValue, handle);
        _pin.Dispose();
        return true;
    }
}
