using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Phi-3, 3.5 and 4 (mini): q, k, v and gate, up in one module each, and a part of each head may stay unrotated.</summary>
internal sealed class Phi3Family : IModelFamily
{
    public string Name => "Phi3ForCausalLM";

    public string ModelType => "phi3";

    public IReadOnlyList<string> Reads => ["sliding_window", "layer_types"];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults { NormEpsilon = 1e-5, PartialRotary = true });
        var shape = model.Shape with { FusedProjections = true };
        return model with { Shape = shape, Windows = config.Windows(shape, config.Window(0), _ => true) };
    }
}
