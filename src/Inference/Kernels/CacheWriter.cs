namespace ExpertCluster.Inference.Kernels;

/// <summary>Puts the keys (normalised, rotated) and values of a step's rows into the caches, before any row attends.</summary>
internal static unsafe class CacheWriter
{
    public static void Write(in AttentionCall call)
    {
        for (int row = 0; row < call.Shape.Rows; row++)
        {
            WriteRow(call, row);
        }
    }

    private static void WriteRow(in AttentionCall call, int row)
    {
        AttentionShape shape = call.Shape;
        int dimension = shape.HeadDimension;
        int position = call.Position[row];
        float* keys = call.QueryKeyValue + ((long)row * shape.RowWidth) + shape.QueryWidth;
        float* values = keys + (shape.KeyValueHeads * dimension);
        long rotary = (long)position * shape.HalfRotary;
        float* normalised = stackalloc float[call.KeyNorm == null ? 0 : dimension];
        int lane = position % Lanes.Count;
        for (int head = 0; head < shape.KeyValueHeads; head++)
        {
            // Position p is lane p % 16 of block p / 16; its dimension i lies 16 floats after dimension i - 1.
            float* key = call.KeysOf(row, head) + ((long)(position - lane) * dimension) + lane;
            float* source = keys + (head * dimension);
            if (call.KeyNorm != null)
            {
                HeadNorm.Apply(source, call.KeyNorm, dimension, call.NormEpsilon, normalised);
                source = normalised;
            }

            Rotary.Apply(source, call.Cosine + rotary, call.Sine + rotary, shape.HalfRotary, dimension, 1, key, Lanes.Count);
            float* value = call.ValuesOf(row, head) + ((long)position * dimension);
            new ReadOnlySpan<float>(values + (head * dimension), dimension).CopyTo(new Span<float>(value, dimension));
        }
    }
}
