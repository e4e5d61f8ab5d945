using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>
/// Inputs and outputs bound to a session by name, to be run many times. Binding a name again replaces its value.
/// The caller keeps bound values over its own memory alive.
/// </summary>
public unsafe class OrtIoBinding : SafeHandle
{
    private readonly SessionHandle _session;

    internal OrtIoBinding(SessionHandle session)
        : base(0, ownsHandle: true)
    {
        bool added = false;
        session.DangerousAddRef(ref added);
        _session = session;
        nint status = NativeMethods.Out2(ApiEntry.CreateIoBinding, session.DangerousGetHandle(), out nint binding);
        if (status != 0)
        {
            session.DangerousRelease();
        }

        NativeStatus.Check(status);
        SetHandle(LiveHandles.Opened(binding));
    }

    public override bool IsInvalid => handle == 0;

    public void BindInput(string name, OrtValue ortValue) => Bind(ApiEntry.BindInput, name, ortValue);

    /// <summary>Binds memory for an output; its shape must be the one that the run gives.</summary>
    public void BindOutput(string name, OrtValue ortValue) => Bind(ApiEntry.BindOutput, name, ortValue);

    /// <summary>Lets each run allocate the output on a device: for shapes that are not known before.</summary>
    public void BindOutputToDevice(string name, OrtMemoryInfo memInfo)
    {
        using var text = new Utf8Text(name, stackalloc byte[Utf8Text.StackBytes]);
        using var info = new HandleLease(memInfo);
        using var binding = new HandleLease(this);
        NativeStatus.Check(
            NativeMethods.Call(ApiEntry.BindOutputToDevice, binding.Pointer, (nint)text.Pointer, info.Pointer));
    }

    /// <summary>The outputs of the last run, in the order they were bound; the caller disposes of them.</summary>
    public IDisposableReadOnlyCollection<OrtValue> GetOutputValues()
    {
        using var binding = new HandleLease(this);
        using var allocator = new HandleLease(OrtAllocator.DefaultInstance);
        NativeStatus.Check(NativeMethods.GetBoundOutputValues(binding.Pointer, allocator.Pointer, out nint* values, out nuint count));
        try
        {
            return DisposableList.Of(new ReadOnlySpan<nint>(values, checked((int)count)));
        }
        finally
        {
            if (values != null)
            {
                NativeMethods.Free(allocator.Pointer, (nint)values);
            }
        }
    }

    public void ClearBoundInputs() => Clear(ApiEntry.ClearBoundInputs);

    public void ClearBoundOutputs() => Clear(ApiEntry.ClearBoundOutputs);

    public void SynchronizeBoundInputs() => Call(ApiEntry.SynchronizeBoundInputs);

    public void SynchronizeBoundOutputs() => Call(ApiEntry.SynchronizeBoundOutputs);

    protected override bool ReleaseHandle()
    {
        LiveHandles.Release(ApiEntry.ReleaseIoBinding, handle);
        _session.DangerousRelease();
        return true;
    }

    private void Bind(int entry, string name, OrtValue ortValue)
    {
        ArgumentNullException.ThrowIfNull(ortValue);
        using var text = new Utf8Text(name, stackalloc byte[Utf8Text.StackBytes]);
        using var value = new HandleLease(ortValue.Handle);
        using var binding = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(entry, binding.Pointer, (nint)text.Pointer, value.Pointer));
    }

    private void Clear(int entry)
    {
        using var binding = new HandleLease(this);
        NativeMethods.Release(entry, binding.Pointer);
    }

    private void Call(int entry)
    {
        using var binding = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(entry, binding.Pointer));
    }
}
