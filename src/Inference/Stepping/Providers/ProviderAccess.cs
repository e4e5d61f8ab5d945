using ExpertCluster.Inference.Errors;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Providers;

/// <summary>The execution providers by the official API's names, and what to say where one is missing.</summary>
public static class ProviderAccess
{
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>Whether sessions can be opened on a provider here, as far as can be told without a graph.</summary>
    /// <exception cref="ProviderUnavailableException">The library or this machine lacks it; one sentence says which, and what helps.</exception>
    public static void Require(ExecutionProvider provider)
    {
        using var settings = new SessionOptions();
        Append(provider, settings);
    }

    /// <exception cref="ProviderUnavailableException">The library or this machine lacks the provider.</exception>
    internal static void Append(ExecutionProvider provider, SessionOptions settings)
    {
        if (provider == ExecutionProvider.Cpu)
        {
            return;
        }

        // Asked for where it is not built in, the library has no such entry.
        if (!OrtEnv.Instance().GetAvailableProviders().Contains(Cuda))
        {
            throw new ProviderUnavailableException(
                "Provider is 'cuda', but this build's ONNX Runtime computes on the CPU only; "
                + "use the image expert-host-gpu, or build with -p:OnnxRuntime=gpu, or choose 'cpu'");
        }

        try
        {
            settings.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException failure)
        {
            throw Refused(failure);
        }
    }

    /// <summary>The library has the provider, and this machine lacks what it needs.</summary>
    internal static ProviderUnavailableException Refused(OnnxRuntimeException failure) => new(
        "Provider is 'cuda', but CUDA can't be used on this machine: it needs an NVIDIA GPU with its driver, and the libraries of CUDA and cuDNN "
        + $"that this ONNX Runtime was built for; mend that, or choose 'cpu' ({FirstLine(failure.Message)})",
        failure);

    private static string FirstLine(string message) => message.Split('\n')[0].Trim().TrimEnd('.');
}
