namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>
/// NTK scaling by the length of the sequence. Up to max_position_embeddings it changes nothing; beyond, the frequencies
/// depend on how long the sequence has become, and keys in a cache would have to be rotated anew. So sequences end there.
/// </summary>
internal sealed class DynamicRope : IRopeScaling
{
    public string Name => "dynamic";

    public IReadOnlyList<string> Fields => ["factor", RopeContext.OriginalPositions];

    public RotaryEmbedding Build(RopeContext context)
    {
        context.Factor();
        return new RotaryEmbedding(context.Plain(), 1, Math.Min(context.MaxPositions, context.Original() ?? context.MaxPositions));
    }
}
