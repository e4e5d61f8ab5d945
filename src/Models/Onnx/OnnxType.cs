namespace ExpertCluster.Models.Onnx;

/// <summary>Element types, numbered as ONNX numbers them.</summary>
public enum OnnxType
{
    Float32 = 1,
    UInt8 = 2,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}
