using ExpertCluster.Inference.Kernels;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>Types of resident adapters as the setting spells them, case aside.</summary>
internal static class AdapterTypeNames
{
    private static readonly Dictionary<string, AdapterType> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["f32"] = AdapterType.Float32,
        ["f16"] = AdapterType.Float16,
    };

    public static string All => string.Join(", ", ByName.Keys);

    public static bool TryParse(string name, out AdapterType type) => ByName.TryGetValue(name, out type);

    /// <exception cref="KeyNotFoundException">No such type; <see cref="RuntimeOptionsValidator"/> was not asked.</exception>
    public static AdapterType Parse(string name) => ByName[name];
}
