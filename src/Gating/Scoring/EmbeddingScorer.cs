using System.Buffers;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Gating.Scoring;

/// <summary>What a text means, by a sentence encoder, and a linear score for each expert of it: classes.bin and encoder/.</summary>
internal sealed class EmbeddingScorer : IClassScorer
{
    private readonly SentenceReader _reader;
    private readonly EmbeddingClasses _classes;

    private EmbeddingScorer(SentenceReader reader, EmbeddingClasses classes) => (_reader, _classes) = (reader, classes);

    /// <exception cref="GateFormatException">A file is missing or malformed, or they don't fit each other.</exception>
    public static EmbeddingScorer Open(string folder, GateMetadata gate)
    {
        var classes = EmbeddingClasses.Load(folder, gate);
        var reader = SentenceReader.Load(Path.Combine(folder, GateFiles.EncoderFolder));
        if (reader.Width == classes.Width)
        {
            return new EmbeddingScorer(reader, classes);
        }

        int width = reader.Width;
        reader.Dispose();
        throw new GateFormatException($"{folder}: the encoder gives {width} numbers, but {GateFiles.Metadata} says width {classes.Width}");
    }

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        float[] vector = ArrayPool<float>.Shared.Rent(_classes.Width);
        try
        {
            var found = vector.AsSpan(0, _classes.Width);
            _reader.Read(text, found);
            _classes.Score(found, logits);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vector);
        }
    }

    public void Dispose() => _reader.Dispose();
}
