namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>No scaling.</summary>
internal sealed class PlainRope : IRopeScaling
{
    public string Name => "default";

    public IReadOnlyList<string> Fields => [];

    public RotaryEmbedding Build(RopeContext context) => new(context.Plain(), 1, context.MaxPositions);
}
