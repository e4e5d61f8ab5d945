namespace ExpertCluster.Router.Encoders;

/// <summary>What an encoder made of a text.</summary>
/// <param name="Values">A vector of length 1; of a pair its score alone.</param>
/// <param name="Tokens">That were read.</param>
internal sealed record TextValues(ReadOnlyMemory<float> Values, int Tokens);
