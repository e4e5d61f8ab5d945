namespace ExpertCluster.Models.Checkpoints;

/// <summary>Where a tensor lies. <paramref name="Offset"/> counts bytes from the start of the file.</summary>
internal sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long Elements, long Offset)
{
    public long ByteLength => Elements * Type.Size();

    public string ShapeText => ShapeToText(Shape);

    public static string ShapeToText(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
