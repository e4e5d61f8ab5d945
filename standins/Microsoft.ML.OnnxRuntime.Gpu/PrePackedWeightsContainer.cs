using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Weights in the kernels' own layout, shared by the sessions that are created with the same container.</summary>
public class PrePackedWeightsContainer : SafeHandle
{
    public PrePackedWeightsContainer()
        : base(0, ownsHandle: true)
    {
        NativeStatus.Check(NativeMethods.Out1(ApiEntry.CreatePrepackedWeightsContainer, out nint container));
        SetHandle(LiveHandles.Opened(container));
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleasePrepackedWeightsContainer, handle);
}
