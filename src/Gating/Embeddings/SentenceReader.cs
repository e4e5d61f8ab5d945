namespace ExpertCluster.Gating.Embeddings;

/// <summary>A text's vector as gates read it: what looks like a slip of the keyboard is mended first.</summary>
internal sealed class SentenceReader(SentenceEncoder encoder, WordRepair repair) : IDisposable
{
    public int Width => encoder.Width;

    /// <summary>What a classifier's numbers stand for; null: it is a sentence model.</summary>
    public IReadOnlyList<string>? Labels => encoder.Labels;

    /// <inheritdoc cref="SentenceEncoder.Load"/>
    public static SentenceReader Load(string folder)
    {
        var content = EncoderFiles.Read(folder, classifies: false);
        return new SentenceReader(SentenceEncoder.Open(content), content.Metadata.LowerCase ? WordRepair.Of(content.Vocabulary) : WordRepair.None);
    }

    /// <summary>A classifier, which gets texts as they are: whoever taught it knows what it makes of slips.</summary>
    /// <exception cref="GateFormatException">It is none, or one that is not let in.</exception>
    public static SentenceReader LoadClassifier(string folder) => new(SentenceEncoder.Open(EncoderFiles.Read(folder, classifies: true)), WordRepair.None);

    /// <inheritdoc cref="SentenceEncoder.Encode(ReadOnlySpan{char}, Span{float})"/>
    public void Read(ReadOnlySpan<char> text, Span<float> vector) => encoder.Encode(repair.Mend(text, encoder.MaxTokens * WordPieces.UnitsPerToken), vector);

    /// <inheritdoc cref="SentenceEncoder.Encode(IReadOnlyList{string}, CancellationToken)"/>
    public float[] Read(IReadOnlyList<string> texts) => encoder.Encode([.. texts.Select(t => repair.Mend(t, encoder.MaxTokens * WordPieces.UnitsPerToken))]);

    public void Dispose() => encoder.Dispose();
}
