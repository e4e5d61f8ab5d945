namespace ExpertCluster.Router.Encoders;

/// <summary>What an encoder is to read: a text, or its tokens; or two texts as a pair.</summary>
/// <param name="Text">Null: tokens are given.</param>
internal sealed record EncoderText(string? Text)
{
    /// <summary>Of the encoder, as they stand; null: a text is given.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>The second of a pair; null: there is none.</summary>
    public string? Second { get; init; }

    /// <summary>About what it takes on the wire.</summary>
    public int Size => (Text?.Length ?? 0) + (Second?.Length ?? 0) + (Tokens?.Count ?? 0);
}
