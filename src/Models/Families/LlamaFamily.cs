using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Llama 2 and 3, and what shares their architecture.</summary>
internal sealed class LlamaFamily : IModelFamily
{
    public string Name => "LlamaForCausalLM";

    public string ModelType => "llama";

    public IReadOnlyList<string> Reads => ["attention_bias", "mlp_bias", "layer_types"];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults());
        List<LoraSite> biases = [];
        if (config.Fields.Boolean("attention_bias", false))
        {
            biases.AddRange([LoraSite.QueryKeyValue, LoraSite.Output]);
        }

        if (config.Fields.Boolean("mlp_bias", false))
        {
            biases.AddRange([LoraSite.GateUp, LoraSite.Down]);
        }

        return model with { Biases = biases, Windows = config.Windows(model.Shape, 0, _ => false) };
    }
}
