namespace ExpertCluster.Models.Import;

/// <summary>What a graph reads from its base's weights' file.</summary>
/// <param name="Path">The file, absolute.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Digest">SHA-256 of its content, lower-case hex: two graphs with the same digest read the same weights.</param>
/// <param name="Tensors">Each lies inside the file.</param>
public sealed record GraphWeightMap(string Path, long Bytes, string Digest, IReadOnlyList<StoredTensor> Tensors);
