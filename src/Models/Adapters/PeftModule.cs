using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Adapters;

/// <summary>One projection of one layer under its checkpoint path, and where it lies in the fused sites.</summary>
internal sealed record PeftModule(string Path, int Layer, LoraSite Site, int Segment)
{
    private const string Prefix = "base_model.model.";

    public string TensorA => $"{Prefix}{Path}.lora_A.weight";

    public string TensorB => $"{Prefix}{Path}.lora_B.weight";

    public static IEnumerable<PeftModule> All(ModelShape shape) =>
        from layer in Enumerable.Range(0, shape.Layers)
        from p in Projection.Of(shape)
        select new PeftModule(p.In(layer), layer, p.Site, p.Segment);

    /// <summary>Whether a name of target_modules means this module: its whole path, or its end after a dot.</summary>
    public bool IsNamed(string name) => Path == name || (name.Length > 0 && Path.EndsWith("." + name, StringComparison.Ordinal));
}
