using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>.NET types and their tensor element types.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<Type, TensorElementType> ByType = new()
    {
        [typeof(float)] = TensorElementType.Float,
        [typeof(byte)] = TensorElementType.UInt8,
        [typeof(sbyte)] = TensorElementType.Int8,
        [typeof(ushort)] = TensorElementType.UInt16,
        [typeof(short)] = TensorElementType.Int16,
        [typeof(int)] = TensorElementType.Int32,
        [typeof(long)] = TensorElementType.Int64,
        [typeof(string)] = TensorElementType.String,
        [typeof(bool)] = TensorElementType.Bool,
        [typeof(double)] = TensorElementType.Double,
        [typeof(uint)] = TensorElementType.UInt32,
        [typeof(ulong)] = TensorElementType.UInt64,
    };

    public static TensorElementType Of(Type type) =>
        ByType.TryGetValue(type, out var element)
            ? element
            : throw new NotSupportedException($"A tensor cannot hold elements of the type {type}.");

    /// <summary>Null for types that have no .NET counterpart here (half and bfloat16 among them).</summary>
    public static Type? ToType(TensorElementType element)
    {
        foreach (var (type, e) in ByType)
        {
            if (e == element)
            {
                return type;
            }
        }

        return null;
    }
}
