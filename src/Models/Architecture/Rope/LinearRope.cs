namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>Positions divided by a factor (Chen et al. 2023, "Extending context window ... via positional interpolation").</summary>
internal sealed class LinearRope : IRopeScaling
{
    public string Name => "linear";

    public IReadOnlyList<string> Fields => ["factor"];

    public RotaryEmbedding Build(RopeContext context)
    {
        double factor = context.Factor();
        return new RotaryEmbedding([.. context.Plain().Select(f => f / factor)], 1, context.MaxPositions);
    }
}
