using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Mistral: a Llama whose layers may all see a window only. Later models have sliding_window null.</summary>
internal sealed class MistralFamily : IModelFamily
{
    private const int DefaultWindow = 4096;

    public string Name => "MistralForCausalLM";

    public string ModelType => "mistral";

    public IReadOnlyList<string> Reads => ["sliding_window", "layer_types"];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults { KeyValueHeads = 8 });
        return model with { Windows = config.Windows(model.Shape, config.Window(DefaultWindow), _ => true) };
    }
}
