using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>Execution providers as the setting spells them, case aside.</summary>
internal static class ProviderNames
{
    private static readonly Dictionary<string, ExecutionProvider> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cpu"] = ExecutionProvider.Cpu,
        ["webgpu"] = ExecutionProvider.WebGpu,
        ["cuda"] = ExecutionProvider.Cuda,
    };

    public static string All => string.Join(", ", ByName.Keys);

    public static bool TryParse(string name, out ExecutionProvider provider) => ByName.TryGetValue(name, out provider);

    /// <exception cref="KeyNotFoundException">No such provider; <see cref="RuntimeOptionsValidator"/> was not asked.</exception>
    public static ExecutionProvider Parse(string name) => ByName[name];
}
