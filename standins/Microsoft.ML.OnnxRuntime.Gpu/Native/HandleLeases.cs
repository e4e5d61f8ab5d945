using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Leases on many values at once, and their pointers in the same order.</summary>
internal readonly ref struct HandleLeases
{
    private readonly ValueHandle[] _held;

    public HandleLeases(IReadOnlyCollection<OrtValue> values)
    {
        _held = new ValueHandle[values.Count];
        Pointers = new nint[values.Count];
        int taken = 0;
        try
        {
            foreach (OrtValue value in values)
            {
                ArgumentNullException.ThrowIfNull(value, nameof(values));
                bool added = false;
                value.Handle.DangerousAddRef(ref added);
                _held[taken] = value.Handle;
                Pointers[taken++] = value.Handle.DangerousGetHandle();
            }
        }
        catch
        {
            Release(_held.AsSpan(0, taken));
            throw;
        }
    }

    public nint[] Pointers { get; }

    public void Dispose() => Release(_held);

    private static void Release(ReadOnlySpan<ValueHandle> handles)
    {
        foreach (SafeHandle handle in handles)
        {
            handle.DangerousRelease();
        }
    }
}
