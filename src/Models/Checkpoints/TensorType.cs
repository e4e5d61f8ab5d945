namespace ExpertCluster.Models.Checkpoints;

/// <summary>The element types that a checkpoint may hold.</summary>
internal enum TensorType
{
    Float32,
    Float16,
    BFloat16,
}

internal static class TensorTypes
{
    public static bool TryParse(string? name, out TensorType type)
    {
        (bool known, type) = name switch
        {
            "F32" => (true, TensorType.Float32),
            "F16" => (true, TensorType.Float16),
            "BF16" => (true, TensorType.BFloat16),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => type == TensorType.Float32 ? 4 : 2;
}
