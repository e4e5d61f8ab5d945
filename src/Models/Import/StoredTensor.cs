using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>A constant of a graph that lies in the weights' file.</summary>
/// <param name="Name">In the graph.</param>
/// <param name="Type">In the graph.</param>
/// <param name="Stored">In the file: the same, or float16 that whoever opens the graph widens to float32.</param>
/// <param name="Shape">Of both.</param>
/// <param name="Offset">Bytes from the file's beginning.</param>
/// <param name="Length">Bytes in the file.</param>
public sealed record StoredTensor(string Name, OnnxType Type, OnnxType Stored, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Whether the file's bytes are not yet the graph's.</summary>
    public bool IsWidened => Stored != Type;
}
