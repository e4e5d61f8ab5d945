namespace ExpertCluster.Gating.Embeddings;

/// <summary>A text as an encoder reads it, or a pair of them.</summary>
/// <param name="Ids">Token ids, beginning and end among them.</param>
/// <param name="Second">Where the second text begins; as many as there are ids: there is none.</param>
/// <param name="IsCut">Whether it is not all of the text.</param>
public readonly record struct EncoderRow(ReadOnlyMemory<long> Ids, int Second, bool IsCut);
