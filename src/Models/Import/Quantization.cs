namespace ExpertCluster.Models.Import;

/// <summary>How the projections of an imported model are stored. Norms, embedding and caches stay float32.</summary>
public enum Quantization
{
    /// <summary>float32.</summary>
    None = 0,

    /// <summary>8 bits, one scale for 32 weights.</summary>
    Q8 = 8,

    /// <summary>4 bits, one scale for 32 weights.</summary>
    Q4 = 4,
}

internal static class QuantizationBits
{
    public static int Bits(this Quantization quantization) => quantization == Quantization.None ? 32 : (int)quantization;
}
