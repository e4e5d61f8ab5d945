namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>A stretch of text between splits.</summary>
/// <param name="Opening">Whether it starts where the whole input starts.</param>
internal readonly record struct Piece(string Text, int Start, int Length, bool Opening)
{
    /// <summary>Of one in a list that grows.</summary>
    public const int Bytes = 48;

    /// <summary>Of a text beside its characters.</summary>
    public const int TextBytes = 24;

    public ReadOnlySpan<char> Span => Text.AsSpan(Start, Length);

    public Piece Slice(int start, int length) => new(Text, Start + start, length, Opening && start == 0);
}
