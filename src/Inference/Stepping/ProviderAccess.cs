using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Native;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>The execution providers by the official API's names, and what to say where one is missing.</summary>
internal static class ProviderAccess
{
    public static void Append(ExecutionProvider provider, SessionOptions settings)
    {
        switch (provider)
        {
            case ExecutionProvider.Cpu:
                break;
            case ExecutionProvider.WebGpu:
                settings.AppendExecutionProvider("WebGPU");
                break;
            case ExecutionProvider.Cuda:
                settings.AppendExecutionProvider_CUDA();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(provider), provider, "There is no such provider.");
        }
    }

    /// <summary>One sentence: which provider, in which library, why not, and what helps.</summary>
    public static ProviderUnavailableException Refused(ExecutionProvider provider, OnnxRuntimeException failure) => new(
        $"Execution provider '{provider.ToString().ToLowerInvariant()}' can't be used with '{LoadedModule.Path()}' "
        + $"({string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}): {FirstLine(failure.Message)}; {Remedy(provider)}, or choose 'cpu'.",
        failure);

    private static string Remedy(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda =>
            "it needs an NVIDIA driver and libonnxruntime_providers_shared and _cuda beside the library: name a GPU build's library in ONNXRUNTIME_LIBRARY",
        _ => "it needs a GPU with its driver (on Linux: Vulkan), and a library built with it: name one in ONNXRUNTIME_LIBRARY",
    };

    private static string FirstLine(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}
