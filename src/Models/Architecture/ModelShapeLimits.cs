using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Architecture;

/// <summary>The largest model that is accepted: bounds, so that a forged configuration cannot ask for absurd memory.</summary>
internal static class ModelShapeLimits
{
    public const int Vocabulary = 1 << 20;
    public const int Hidden = 1 << 16;
    public const int Intermediate = 1 << 18;
    public const int Layers = 512;
    public const int Heads = 1024;
    public const int HeadDimension = 1024;
    public const int LeastHeadDimension = 8;
    public const int MaxPositions = 1 << 20;

    /// <summary>Checks what no single field shows. Field names are those of config.json.</summary>
    public static void Check(string file, ModelShape shape)
    {
        Range("vocab_size", shape.Vocabulary, Vocabulary);
        Range("hidden_size", shape.Hidden, Hidden);
        Range("intermediate_size", shape.Intermediate, Intermediate);
        Range("num_hidden_layers", shape.Layers, Layers);
        Range("num_attention_heads", shape.Heads, Heads);
        Range("num_key_value_heads", shape.KeyValueHeads, Heads);
        Range("head_dim", shape.HeadDimension, HeadDimension);
        Range("max_position_embeddings", shape.MaxPositions, MaxPositions);
        if (shape.Heads % shape.KeyValueHeads != 0)
        {
            throw new CheckpointException(
                file, "num_key_value_heads", $"{shape.KeyValueHeads} does not divide num_attention_heads {shape.Heads}");
        }

        // Halves turn against each other. Fewer than 8 nobody has, and bytes of a cache could not be told apart.
        if (shape.HeadDimension % 2 != 0 || shape.HeadDimension < LeastHeadDimension)
        {
            throw new CheckpointException(file, "head_dim", $"must be even and at least {LeastHeadDimension}, is {shape.HeadDimension}");
        }

        if (!(shape.RopeTheta > 0 && double.IsFinite(shape.RopeTheta)))
        {
            throw new CheckpointException(file, "rope_theta", $"must be a positive number, is {shape.RopeTheta}");
        }

        if (!(shape.NormEpsilon > 0 && shape.NormEpsilon < 1))
        {
            throw new CheckpointException(file, "rms_norm_eps", $"must be between 0 and 1, is {shape.NormEpsilon}");
        }
        // A fused projection is transposed in one array.
        if (2L * shape.Hidden * shape.Intermediate > Array.MaxLength)
        {
            throw new CheckpointException(file, "intermediate_size", $"times hidden_size must be at most {Array.MaxLength / 2}");
        }

        if ((long)shape.Hidden * shape.QueryKeyValueWidth > Array.MaxLength)
        {
            throw new CheckpointException(file, "num_attention_heads", $"times head_dim and hidden_size must be at most {Array.MaxLength}");
        }

        if ((long)shape.MaxPositions * shape.HeadDimension > Array.MaxLength)
        {
            throw new CheckpointException(file, "max_position_embeddings", $"times head_dim must be at most {Array.MaxLength}");
        }

        void Range(string field, int value, int most)
        {
            if (value < 1 || value > most)
            {
                throw new CheckpointException(file, field, $"must be from 1 to {most}, is {value}");
            }
        }
    }
}
