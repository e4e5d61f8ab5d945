using ExpertCluster.Inference.Kernels;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>Types of the KV cache as the setting spells them, case aside.</summary>
internal static class KvCacheTypeNames
{
    private static readonly Dictionary<string, KvCacheType> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["f32"] = KvCacheType.Float32,
        ["f16"] = KvCacheType.Float16,
        ["int8"] = KvCacheType.Int8,
    };

    public static string All => string.Join(", ", ByName.Keys);

    public static bool TryParse(string name, out KvCacheType type) => ByName.TryGetValue(name, out type);

    /// <exception cref="KeyNotFoundException">No such type; <see cref="RuntimeOptionsValidator"/> was not asked.</exception>
    public static KvCacheType Parse(string name) => ByName[name];
}
