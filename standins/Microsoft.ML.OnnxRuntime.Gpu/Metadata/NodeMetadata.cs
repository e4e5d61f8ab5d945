using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What a graph declares of an input or output.</summary>
public class NodeMetadata
{
    internal NodeMetadata(nint typeInfo)
    {
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetOnnxTypeFromTypeInfo, typeInfo, out int type));
        OnnxValueType = (OnnxValueType)type;
        if (!IsTensor)
        {
            return;
        }

        // The tensor information belongs to the type information: nothing to release.
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.CastTypeInfoToTensorInfo, typeInfo, out nint tensor));
        var shape = new OrtTensorTypeAndShapeInfo(tensor);
        ElementDataType = shape.ElementDataType;
        Dimensions = Array.ConvertAll(shape.Shape, d => checked((int)d));
        var names = new nint[Dimensions.Length];
        NativeStatus.Check(NativeMethods.GetSymbolicDimensions(tensor, names));
        SymbolicDimensions = Array.ConvertAll(names, n => Marshal.PtrToStringUTF8(n) ?? string.Empty);
    }

    public OnnxValueType OnnxValueType { get; }

    public bool IsTensor => OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR;

    public bool IsString => ElementDataType == TensorElementType.String;

    public TensorElementType ElementDataType { get; }

    public Type? ElementType => ElementTypes.ToType(ElementDataType);

    /// <summary>-1 where the dimension is symbolic.</summary>
    public int[] Dimensions { get; } = [];

    /// <summary>Empty where the dimension has no name.</summary>
    public string[] SymbolicDimensions { get; } = [];
}
