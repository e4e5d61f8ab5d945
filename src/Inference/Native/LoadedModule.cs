using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Native;

/// <summary>The native library of this process, asked of the system: the official API does not tell it.</summary>
internal static class LoadedModule
{
    /// <summary>Its path; its bare name where the system does not list modules.</summary>
    public static string Path()
    {
        _ = OrtEnv.Instance();
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .Where(module => Stem(module.ModuleName) is "onnxruntime" or "libonnxruntime")
            .Select(module => module.FileName)
            .FirstOrDefault() ?? "libonnxruntime";
    }

    // libonnxruntime.so.1.30.0, onnxruntime.dll; not libonnxruntime_providers_cuda.so.
    private static string Stem(string file) => file.Split('.')[0];
}
