using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Kernels.Vectors;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>Puts the keys (normalised, rotated) and values of a step's rows into the caches, before any row attends.</summary>
internal static unsafe class CacheWriter
{
    public static void Write(in AttentionCall call)
    {
        switch (call.Layout.Type)
        {
            case KvCacheType.Float16:
                Write<HalfElement>(call);
                break;
            case KvCacheType.Int8:
                Write<ByteElement>(call);
                break;
            default:
                Write<FloatElement>(call);
                break;
        }
    }

    private static void Write<TElement>(in AttentionCall call)
        where TElement : struct, ICacheElement
    {
        float* turned = stackalloc float[call.Shape.HeadDimension];
        for (int row = 0; row < call.Shape.Rows; row++)
        {
            WriteRow<TElement>(call, row, turned);
        }
    }

    private static void WriteRow<TElement>(in AttentionCall call, int row, float* turned)
        where TElement : struct, ICacheElement
    {
        var shape = call.Shape;
        int dimension = shape.HeadDimension;
        int position = call.Position[row];
        float* keys = call.QueryKeyValue + ((long)row * shape.RowWidth) + shape.QueryWidth;
        float* values = keys + (shape.KeyValueHeads * dimension);
        long rotary = (long)position * shape.HalfRotary;
        int lane = position % Lanes.Count;
        for (int head = 0; head < shape.KeyValueHeads; head++)
        {
            float* source = keys + (head * dimension);
            if (call.KeyNorm != null)
            {
                HeadNorm.Apply(source, call.KeyNorm, dimension, call.NormEpsilon, turned);
                source = turned;
            }

            Rotary.Apply(source, call.Cosine + rotary, call.Sine + rotary, shape.HalfRotary, dimension, 1, turned);

            // Position p is lane p % 16 of block p / 16; its number i lies 16 numbers after number i - 1.
            byte* key = call.KeysOf(row, head);
            byte* lanes = key + call.Layout.ElementsAt(position - lane) + (lane * TElement.Size);
            TElement.Store(turned, dimension, lanes, Lanes.Count, (float*)key + position);
            byte* value = call.ValuesOf(row, head);
            TElement.Store(values + (head * dimension), dimension, value + call.Layout.ElementsAt(position), 1, (float*)value + position);
        }
    }
}
