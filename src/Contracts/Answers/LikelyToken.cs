namespace ExpertCluster.Contracts.Answers;

/// <summary>A token that could have been drawn.</summary>
/// <param name="Id">In the base's vocabulary.</param>
/// <param name="LogProbability">Natural logarithm of its probability under the merged distribution.</param>
/// <param name="Bytes">As in <see cref="TokenDetail"/>.</param>
public readonly record struct LikelyToken(int Id, float LogProbability, ReadOnlyMemory<byte> Bytes);
