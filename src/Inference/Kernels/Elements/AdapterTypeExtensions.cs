namespace ExpertCluster.Inference.Kernels.Elements;

internal static class AdapterTypeExtensions
{
    /// <summary>Bytes of a number.</summary>
    public static int Size(this AdapterType type) => type == AdapterType.Float16 ? HalfWeight.Size : FloatWeight.Size;
}
