namespace ExpertCluster.Models.Architecture;

/// <summary>
/// All that the graphs compute and the weights depend on. A family's reader fills it from config.json; nothing behind it
/// asks which family it was.
/// </summary>
internal sealed record ModelArchitecture
{
    public required ModelShape Shape { get; init; }

    public required RotaryEmbedding Rotary { get; init; }

    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>Multiplies the products of queries and keys.</summary>
    public required double AttentionScale { get; init; }

    /// <summary>c in c * tanh(score / c), 0 for none.</summary>
    public double AttentionSoftCap { get; init; }

    /// <summary>The same over the logits, 0 for none.</summary>
    public double LogitSoftCap { get; init; }

    /// <summary>For each layer, how many positions back a row sees, its own included; 0 for all.</summary>
    public required IReadOnlyList<int> Windows { get; init; }

    /// <summary>Sites whose projections add a bias.</summary>
    public IReadOnlyList<LoraSite> Biases { get; init; } = [];

    /// <summary>Whether each head's query and key is normalised before it is rotated.</summary>
    public bool QueryKeyNorms { get; init; }

    /// <summary>Whether what attention and feed-forward give is normalised before it is added to the residual.</summary>
    public bool PostNorms { get; init; }

    /// <summary>Added to every norm's weight.</summary>
    public double NormOffset { get; init; }

    /// <summary>Multiplies the embedding on its way in.</summary>
    public double EmbeddingScale { get; init; } = 1;
}
