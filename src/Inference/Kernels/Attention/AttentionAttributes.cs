namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>What a graph says about one SlotAttention node; <see cref="AttentionCall"/> has the meanings.</summary>
internal sealed record AttentionAttributes
{
    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required float Scale { get; init; }

    public int Window { get; init; }

    public float SoftCap { get; init; }

    public float NormEpsilon { get; init; }

    public void Validate()
    {
        if (Heads % KeyValueHeads != 0)
        {
            throw new ArgumentException($"SlotAttention: num_heads {Heads} is not a multiple of kv_heads {KeyValueHeads}.");
        }

        if (SoftCap < 0)
        {
            throw new ArgumentException($"SlotAttention: softcap is {SoftCap}; it must not be negative.");
        }

        if (NormEpsilon < 0)
        {
            throw new ArgumentException($"SlotAttention: norm_epsilon is {NormEpsilon}; it must not be negative.");
        }
    }
}
