using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Qwen 2 and 2.5: a Llama with biases on q, k and v.</summary>
internal sealed class Qwen2Family : IModelFamily
{
    private const int DefaultWindow = 4096;
    private const int DefaultFullLayers = 28;

    public string Name => "Qwen2ForCausalLM";

    public string ModelType => "qwen2";

    public IReadOnlyList<string> Reads => ["use_sliding_window", "sliding_window", "layer_types"];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults { KeyValueHeads = 32 });
        return model with { Biases = [LoraSite.QueryKeyValue], Windows = Windows(config, model.Shape) };
    }

    /// <summary>Only with use_sliding_window, and only from layer max_window_layers on. Qwen 3 has the same rule.</summary>
    public static int[] Windows(FamilyConfig config, ModelShape shape)
    {
        int window = config.Fields.Boolean("use_sliding_window", false) ? config.Window(DefaultWindow) : 0;
        int full = config.Fields.Integer("max_window_layers", 0, int.MaxValue, DefaultFullLayers);
        return config.Windows(shape, window, layer => window > 0 && layer >= full);
    }
}
