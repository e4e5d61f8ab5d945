using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Qwen 3, dense: each head's query and key is normalised before it is rotated.</summary>
internal sealed class Qwen3Family : IModelFamily
{
    public string Name => "Qwen3ForCausalLM";

    public string ModelType => "qwen3";

    public IReadOnlyList<string> Reads => ["attention_bias", "use_sliding_window", "sliding_window", "layer_types"];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults { KeyValueHeads = 32, HeadDimension = 128 });
        bool biases = config.Fields.Boolean("attention_bias", false);
        return model with
        {
            QueryKeyNorms = true,
            Biases = biases ? [LoraSite.QueryKeyValue, LoraSite.Output] : [],
            Windows = Qwen2Family.Windows(config, model.Shape),
        };
    }
}
