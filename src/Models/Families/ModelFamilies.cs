using System.Collections.Frozen;

namespace ExpertCluster.Models.Families;

/// <summary>The families that can be imported, by the name in "architectures".</summary>
internal static class ModelFamilies
{
    public static FrozenDictionary<string, IModelFamily> All { get; } =
        ((IModelFamily[])[new LlamaFamily(), new MistralFamily(), new Qwen2Family(), new Qwen3Family(), new Phi3Family(), new Gemma2Family()])
        .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
}
