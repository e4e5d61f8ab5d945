using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Options of a run. <see cref="Terminate"/> may be set from another thread while the run goes on.</summary>
public class RunOptions : SafeHandle
{
    private bool _terminate;

    public RunOptions()
        : base(0, ownsHandle: true)
    {
        NativeStatus.Check(NativeMethods.Out1(ApiEntry.CreateRunOptions, out nint options));
        SetHandle(LiveHandles.Opened(options));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>True makes every run with these options, running or later, stop with an error at its next node.</summary>
    public bool Terminate
    {
        get => _terminate;
        set
        {
            using var options = new HandleLease(this);
            NativeStatus.Check(NativeMethods.Call(
                value ? ApiEntry.RunOptionsSetTerminate : ApiEntry.RunOptionsUnsetTerminate, options.Pointer));
            _terminate = value;
        }
    }

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseRunOptions, handle);
}
