using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>The values of a setting as it spells them, case aside.</summary>
internal sealed class SettingNames<T>(params (string Name, T Value)[] values)
    where T : struct, Enum
{
    private readonly Dictionary<string, T> _byName = values.ToDictionary(v => v.Name, v => v.Value, StringComparer.OrdinalIgnoreCase);

    public string All => string.Join(", ", _byName.Keys);

    public bool TryParse(string name, out T value) => _byName.TryGetValue(name, out value);

    /// <exception cref="KeyNotFoundException">No such value; <see cref="RuntimeOptionsValidator"/> was not asked.</exception>
    public T Parse(string name) => _byName[name];
}

/// <summary>The settings that are spelt out.</summary>
internal static class SettingNames
{
    public static readonly SettingNames<ExecutionProvider> Providers =
        new(("cpu", ExecutionProvider.Cpu), ("cuda", ExecutionProvider.Cuda));

    public static readonly SettingNames<KvCacheType> KvCacheTypes =
        new(("f32", KvCacheType.Float32), ("f16", KvCacheType.Float16), ("int8", KvCacheType.Int8));

    public static readonly SettingNames<AdapterType> AdapterTypes = new(("f32", AdapterType.Float32), ("f16", AdapterType.Float16));
}
