using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Memory;

/// <summary>Bytes that the numbers themselves take.</summary>
internal static class MemoryMinimum
{
    /// <summary>Weights in a block that share a scale.</summary>
    private const int Block = 32;

    /// <summary>
    /// Each parameter once, as it is computed with: in fp32 (float16 is widened) a tied embedding is the head, too; quantised, the head is one of its own beside the embedding.
    /// </summary>
    public static long Base(ModelShape shape, Quantization precision)
    {
        long projections = shape.Layers * LoraSites.All.Sum(site => (long)site.InputWidth(shape) * site.OutputWidth(shape));
        long embedding = (long)shape.Vocabulary * shape.Hidden;
        long norms = ((2L * shape.Layers) + 1) * shape.Hidden;
        bool quantised = precision is Quantization.Q8 or Quantization.Q4;
        long multiplied = projections + (quantised || !shape.TiedEmbeddings ? embedding : 0);
        double each = quantised ? ((int)precision / 8.0) + (sizeof(float) / (double)Block) : sizeof(float);
        return (long)(multiplied * each) + ((embedding + norms) * sizeof(float));
    }

    /// <summary>Keys and values of every layer and position.</summary>
    public static long Stream(ModelShape shape) => 2L * shape.Layers * shape.KeyValueWidth * shape.MaxPositions * sizeof(float);

    /// <summary>A and B of every projection.</summary>
    public static long Adapter(ModelShape shape, int rank) => sizeof(float) * rank * shape.Layers * LoraSites.All.Sum(
        site => ((long)site.Segments(shape).Count * site.InputWidth(shape)) + site.OutputWidth(shape));
}
