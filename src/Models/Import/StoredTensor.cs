using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>A constant of a graph that lies in the weights' file; offset and length are bytes.</summary>
public sealed record StoredTensor(string Name, OnnxType Type, IReadOnlyList<long> Shape, long Offset, long Length);
