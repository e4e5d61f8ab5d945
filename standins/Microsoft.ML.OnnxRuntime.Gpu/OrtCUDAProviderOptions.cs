using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Settings of the CUDA provider. Creating one fails where the library was built without CUDA.</summary>
public class OrtCUDAProviderOptions : SafeHandle
{
    public OrtCUDAProviderOptions()
        : base(0, ownsHandle: true)
    {
        NativeStatus.Check(NativeMethods.Out1(ApiEntry.CreateCudaProviderOptions, out nint options));
        SetHandle(LiveHandles.Opened(options));
    }

    public override bool IsInvalid => handle == 0;

    public unsafe void UpdateOptions(Dictionary<string, string> providerOptions)
    {
        ArgumentNullException.ThrowIfNull(providerOptions);
        using var keys = new Utf8Array(providerOptions.Keys);
        using var values = new Utf8Array(providerOptions.Values);
        using var options = new HandleLease(this);
        NativeStatus.Check(NativeMethods.UpdateCudaProviderOptions(
            options.Pointer, keys.Pointer, values.Pointer, providerOptions.Count));
    }

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseCudaProviderOptions, handle);
}
