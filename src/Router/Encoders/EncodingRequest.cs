namespace ExpertCluster.Router.Encoders;

/// <summary>Vectors of texts, whatever API they are asked by.</summary>
/// <param name="Model">An encoder's name; "auto" or empty: the only one that gives vectors.</param>
/// <param name="Inputs">What it is to read.</param>
/// <param name="TruncateTokens">Longer ones are cut to so many; -1: to as many as the encoder reads; null: they are refused.</param>
internal sealed record EncodingRequest(string Model, IReadOnlyList<EncoderText> Inputs, int? TruncateTokens);
