using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A tensor's element type and dimensions, copied when it was asked for.</summary>
public readonly struct OrtTensorTypeAndShapeInfo
{
    internal OrtTensorTypeAndShapeInfo(nint info)
    {
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetTensorElementType, info, out int elementType));
        NativeStatus.Check(NativeMethods.Out2(ApiEntry.GetDimensionsCount, info, out nint count));
        Shape = new long[count];
        NativeStatus.Check(NativeMethods.GetDimensions(info, Shape));
        ElementDataType = (TensorElementType)elementType;
    }

    public TensorElementType ElementDataType { get; }

    public long[] Shape { get; }

    public int DimensionsCount => Shape.Length;

    public bool IsString => ElementDataType == TensorElementType.String;

    /// <summary>The product of the dimensions: 1 for a scalar.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dimension in Shape)
            {
                count = checked(count * dimension);
            }

            return count;
        }
    }
}
