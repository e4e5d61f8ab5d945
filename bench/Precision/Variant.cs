using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Precision;

/// <summary>How a model's numbers are kept.</summary>
/// <param name="Weights">Of the projections.</param>
/// <param name="Cache">Of keys and values.</param>
internal readonly record struct Variant(Quantization Weights, KvCacheType Cache)
{
    /// <summary>All of them, the longest numbers first.</summary>
    public static IReadOnlyList<Variant> All { get; } =
        [.. Enum.GetValues<Quantization>().OrderByDescending(BitsOf)
            .SelectMany(weights => Enum.GetValues<KvCacheType>().Select(cache => new Variant(weights, cache)))];

    public string WeightsName => Weights == Quantization.None ? "f32" : Weights.ToString().ToLowerInvariant();

    public string CacheName => Cache switch { KvCacheType.Float32 => "f32", KvCacheType.Float16 => "f16", _ => "int8" };

    // The others are named by their bits.
    private static int BitsOf(Quantization weights) => weights == Quantization.None ? 32 : (int)weights;
}
