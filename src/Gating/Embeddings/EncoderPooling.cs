namespace ExpertCluster.Gating.Embeddings;

/// <summary>How one vector comes of a text's tokens.</summary>
internal enum EncoderPooling
{
    /// <summary>The mean of all.</summary>
    Mean,

    /// <summary>The first token's.</summary>
    Cls,
}
