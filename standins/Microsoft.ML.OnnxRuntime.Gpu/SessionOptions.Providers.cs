using System.Globalization;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

public partial class SessionOptions
{
    /// <summary>Options with the CUDA provider of one device; operators it lacks run on the CPU.</summary>
    public static SessionOptions MakeSessionOptionWithCudaProvider(int deviceId = 0)
    {
        var options = new SessionOptions();
        try
        {
            options.AppendExecutionProvider_CUDA(deviceId);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>The CPU provider is always there, last in line; this only chooses its arena.</summary>
    public void AppendExecutionProvider_CPU(int useArena = 1) => EnableCpuMemArena = useArena != 0;

    /// <summary>Needs a library built with CUDA, and libonnxruntime_providers_cuda beside it.</summary>
    public void AppendExecutionProvider_CUDA(int deviceId = 0)
    {
        using var options = new OrtCUDAProviderOptions();
        options.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = deviceId.ToString(CultureInfo.InvariantCulture),
        });
        AppendExecutionProvider_CUDA(options);
    }

    public void AppendExecutionProvider_CUDA(OrtCUDAProviderOptions cudaProviderOptions)
    {
        ArgumentNullException.ThrowIfNull(cudaProviderOptions);
        using var cuda = new HandleLease(cudaProviderOptions);
        using var options = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(ApiEntry.AppendExecutionProviderCudaV2, options.Pointer, cuda.Pointer));
    }

    /// <summary>
    /// Appends a provider by name (QNN, SNPE, XNNPACK, WebGPU ...). Fails with an <see cref="OnnxRuntimeException"/> that
    /// lists the library's own where it has none of that name.
    /// </summary>
    public unsafe void AppendExecutionProvider(string providerName, Dictionary<string, string>? providerOptions = null)
    {
        using var name = new Utf8Text(providerName, stackalloc byte[Utf8Text.StackBytes]);
        using var keys = new Utf8Array(providerOptions is null ? [] : providerOptions.Keys);
        using var values = new Utf8Array(providerOptions is null ? [] : providerOptions.Values);
        using var options = new HandleLease(this);
        int count = providerOptions?.Count ?? 0;
        NativeStatus.Check(NativeMethods.AppendExecutionProvider(
            options.Pointer, name.Pointer, keys.Pointer, values.Pointer, count));
    }
}
