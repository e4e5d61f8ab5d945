namespace ExpertCluster.Router.Encoders;

/// <param name="Model">The encoder that answered.</param>
/// <param name="Revision">Of its content.</param>
/// <param name="Texts">In the order of what was asked.</param>
internal sealed record EncodingAnswer(string Model, string Revision, IReadOnlyList<TextValues> Texts);
