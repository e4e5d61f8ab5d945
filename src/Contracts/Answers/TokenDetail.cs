namespace ExpertCluster.Contracts.Answers;

/// <summary>What is told of a token where log-probabilities are asked for.</summary>
/// <param name="Bytes">What it adds in the middle of a text, in UTF-8; it may be part of a character.</param>
/// <param name="Top">The likeliest in its place, the likeliest first; of equals the lowest id first.</param>
public sealed record TokenDetail(ReadOnlyMemory<byte> Bytes, IReadOnlyList<LikelyToken> Top);
