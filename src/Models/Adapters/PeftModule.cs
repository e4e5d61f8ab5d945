using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Adapters;

/// <summary>One projection of one layer under its checkpoint path, and where it lies in the fused sites.</summary>
internal sealed record PeftModule(string Path, int Layer, LoraSite Site, int Segment)
{
    private const string Prefix = "base_model.model.";

    private static readonly (string Name, LoraSite Site, int Segment)[] Projections =
    [
        ("self_attn.q_proj", LoraSite.QueryKeyValue, 0), ("self_attn.k_proj", LoraSite.QueryKeyValue, 1),
        ("self_attn.v_proj", LoraSite.QueryKeyValue, 2), ("self_attn.o_proj", LoraSite.Output, 0),
        ("mlp.gate_proj", LoraSite.GateUp, 0), ("mlp.up_proj", LoraSite.GateUp, 1), ("mlp.down_proj", LoraSite.Down, 0),
    ];

    public string TensorA => $"{Prefix}{Path}.lora_A.weight";

    public string TensorB => $"{Prefix}{Path}.lora_B.weight";

    public static IEnumerable<PeftModule> All(int layers) =>
        from layer in Enumerable.Range(0, layers)
        from p in Projections
        select new PeftModule(LlamaTensors.Module(layer, p.Name), layer, p.Site, p.Segment);

    /// <summary>Whether a name of target_modules means this module: its whole path, or its end after a dot.</summary>
    public bool IsNamed(string name) => Path == name || (name.Length > 0 && Path.EndsWith("." + name, StringComparison.Ordinal));
}
