using System.Buffers;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Gating.Scoring;

/// <summary>What a user's own classifier says of a text: encoder/, with a label for each expert that it knows.</summary>
internal sealed class ClassifierScorer : IClassScorer
{
    /// <summary>How far below the likeliest label the others are at most, whatever a classifier's numbers, and a class that has none: nothing that anybody would choose.</summary>
    private const float Unlikely = 30;

    private readonly SentenceReader _reader;
    private readonly GateMetadata _gate;

    private ClassifierScorer(SentenceReader reader, GateMetadata gate) => (_reader, _gate) = (reader, gate);

    /// <exception cref="GateFormatException">A file is missing or malformed, or they don't fit each other.</exception>
    public static ClassifierScorer Open(string folder, GateMetadata gate)
    {
        var reader = SentenceReader.LoadClassifier(Path.Combine(folder, GateFiles.EncoderFolder));
        if (gate.Columns!.All(column => column < reader.Width))
        {
            return new ClassifierScorer(reader, gate);
        }

        int width = reader.Width;
        reader.Dispose();
        throw new GateFormatException($"{folder}: the classifier gives {width} numbers, but {GateFiles.Metadata} has columns beyond");
    }

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        float[] vector = ArrayPool<float>.Shared.Rent(_reader.Width);
        try
        {
            var found = vector.AsSpan(0, _reader.Width);
            _reader.Read(text, found);
            Spread(found, _gate.Columns!, (float)_gate.Temperature, logits);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vector);
        }
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>From labels to classes.</summary>
    /// <param name="labels">The classifier's logits, all of them numbers.</param>
    /// <param name="columns">By class: its label's; below 0: it has none.</param>
    /// <param name="temperature">Divides them.</param>
    /// <param name="logits">By class; the likeliest has 0.</param>
    public static void Spread(ReadOnlySpan<float> labels, IReadOnlyList<int> columns, float temperature, Span<float> logits)
    {
        float largest = float.NegativeInfinity;
        foreach (int column in columns)
        {
            largest = column < 0 ? largest : Math.Max(largest, labels[column]);
        }

        for (int of = 0; of < logits.Length; of++)
        {
            logits[of] = columns[of] < 0 ? -Unlikely : Math.Max(-Unlikely, labels[columns[of]] - largest) / temperature;
        }
    }
}
