namespace ExpertCluster.Models.Onnx;

/// <summary>How the projections of an imported model are stored. Norms and caches stay float32, the embedding but for F16.</summary>
public enum Quantization
{
    /// <summary>float32.</summary>
    None = 0,

    /// <summary>float16, the embedding too: half the file. Computed in float32, into which a process widens them once.</summary>
    F16 = 16,

    /// <summary>8 bits, one scale for 32 weights.</summary>
    Q8 = 8,

    /// <summary>4 bits, one scale for 32 weights.</summary>
    Q4 = 4,
}

internal static class QuantizationBits
{
    /// <summary>Whether weights share scales, and so need the operators that read them.</summary>
    public static bool IsBlocks(this Quantization quantization) => quantization is Quantization.Q8 or Quantization.Q4;

    public static int Bits(this Quantization quantization) => quantization == Quantization.None ? 32 : (int)quantization;
}
