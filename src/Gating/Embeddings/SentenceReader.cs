namespace ExpertCluster.Gating.Embeddings;

/// <summary>A text's vector as gates read it: what looks like a slip of the keyboard is mended first.</summary>
internal sealed class SentenceReader(SentenceEncoder encoder, WordRepair repair) : IDisposable
{
    public int Width => encoder.Width;

    /// <inheritdoc cref="SentenceEncoder.Load"/>
    public static SentenceReader Load(string folder)
    {
        var content = EncoderFiles.Read(folder);
        return new SentenceReader(SentenceEncoder.Open(content), content.Metadata.LowerCase ? WordRepair.Of(content.Vocabulary) : WordRepair.None);
    }

    /// <inheritdoc cref="SentenceEncoder.Encode(ReadOnlySpan{char}, Span{float})"/>
    public void Read(ReadOnlySpan<char> text, Span<float> vector) => encoder.Encode(repair.Mend(text, encoder.MaxTokens * WordPieces.UnitsPerToken), vector);

    /// <inheritdoc cref="SentenceEncoder.Encode(IReadOnlyList{string}, CancellationToken)"/>
    public float[] Read(IReadOnlyList<string> texts) => encoder.Encode([.. texts.Select(t => repair.Mend(t, encoder.MaxTokens * WordPieces.UnitsPerToken))]);

    public void Dispose() => encoder.Dispose();
}
