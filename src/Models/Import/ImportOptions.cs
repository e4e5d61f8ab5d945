using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>What may be chosen at import.</summary>
public sealed record ImportOptions
{
    /// <summary>Default: none. Less memory and faster decoding for a little accuracy.</summary>
    public Quantization Quantization { get; init; } = Quantization.None;
}
