using System.Numerics.Tensors;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The cosine between a text's vector and the mean of each field's. Taught one sentence a field, it is what is called zero shot.</summary>
internal sealed class EmbeddingCentroidContender(EncodedTexts encoded) : IGateContender
{
    public string Name => $"{encoded.Name}-centroid";

    public IRequestGate? Teach(Lesson lesson) => ScoredGate.Teach(lesson, Fit);

    private Func<string, double[]> Fit(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        float[][] centroids = [.. texts.Select(MeanOf)];
        return text =>
        {
            float[] vector = encoded.Of(text);
            return [.. centroids.Select(c => (double)TensorPrimitives.Dot<float>(c, vector))];
        };
    }

    private float[] MeanOf(IReadOnlyList<string> texts)
    {
        float[] sum = new float[encoded.Of(texts[0]).Length];
        foreach (string text in texts)
        {
            TensorPrimitives.Add<float>(sum, encoded.Of(text), sum);
        }

        TensorPrimitives.Divide(sum, TensorPrimitives.Norm<float>(sum), sum);
        return sum;
    }
}
