namespace ExpertCluster.Models.Onnx;

/// <summary>A tensor in a weight file. Offset and length are bytes; the file's name is relative to the model's folder.</summary>
internal sealed record WeightEntry(string Name, OnnxType Type, IReadOnlyList<long> Shape, string File, long Offset, long Length);
