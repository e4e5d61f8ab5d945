using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// Scores of a vector: linear ones for experts; for what no expert knows how near the nearest few of many everyday texts are, since these have
/// nothing in common that a line could tell. classes.bin holds little-endian floats: [classes, width] weights, [classes] biases, [everyday, width] vectors.
/// </summary>
internal sealed class EmbeddingClasses
{
    private readonly EmbeddingMetadata _metadata;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly float[] _everyday;
    private readonly bool[] _isGeneralist;

    public EmbeddingClasses(EmbeddingMetadata metadata, bool[] isGeneralist, float[] weights, float[] bias, float[] everyday) =>
        (_metadata, _isGeneralist, _weights, _bias, _everyday) = (metadata, isGeneralist, weights, bias, everyday);

    public EmbeddingMetadata Metadata => _metadata;

    public int Width => _metadata.Width;

    /// <exception cref="GateFormatException">The file is missing, has another length than gate.json says, or a number that is none.</exception>
    public static EmbeddingClasses Load(string folder, GateMetadata gate)
    {
        var metadata = gate.Embeddings!;
        int classes = gate.Classes.Count;
        float[] values = GateFiles.ReadFloats(folder, (((long)classes + metadata.Everyday) * metadata.Width) + classes);
        int weights = classes * metadata.Width;
        return new EmbeddingClasses(
            metadata, [.. Enumerable.Range(0, classes).Select(gate.IsGeneralist)], values[..weights], values[weights..(weights + classes)], values[(weights + classes)..]);
    }

    public float[] Values => [.. _weights, .. _bias, .. _everyday];

    /// <param name="vector">Of length 1.</param>
    /// <param name="logits">One for each class.</param>
    public void Score(ReadOnlySpan<float> vector, Span<float> logits)
    {
        float temperature = (float)_metadata.Temperature;
        float everyday = (float)(_metadata.EverydayScale * Nearness(vector));
        for (int c = 0; c < logits.Length; c++)
        {
            float score = _isGeneralist[c] ? everyday : TensorPrimitives.Dot(vector, _weights.AsSpan(c * Width, Width));
            logits[c] = (score + _bias[c]) / temperature;
        }
    }

    /// <summary>The mean cosine of the nearest few.</summary>
    private float Nearness(ReadOnlySpan<float> vector)
    {
        Span<float> nearest = stackalloc float[EmbeddingMetadata.Neighbours];
        nearest.Fill(-1);
        for (int start = 0; start < _everyday.Length; start += Width)
        {
            float cosine = TensorPrimitives.Dot(vector, _everyday.AsSpan(start, Width));
            for (int i = 0; i < nearest.Length; i++)
            {
                if (cosine > nearest[i])
                {
                    (cosine, nearest[i]) = (nearest[i], cosine);
                }
            }
        }

        return TensorPrimitives.Sum<float>(nearest) / nearest.Length;
    }
}
