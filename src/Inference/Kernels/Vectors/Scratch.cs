namespace ExpertCluster.Inference.Kernels.Vectors;

/// <summary>A buffer of each thread that kernels write before they read. Grows to the largest need, then stays.</summary>
internal static class Scratch
{
    [ThreadStatic]
    private static float[]? _buffer;

    /// <summary>At least this many floats, pinned; contents undefined. One user on a thread at a time.</summary>
    public static float[] Rent(int count)
    {
        float[]? buffer = _buffer;
        if (buffer is null || buffer.Length < count)
        {
            // A margin keeps a growing sequence from growing this at every step.
            _buffer = buffer = GC.AllocateUninitializedArray<float>(Math.Max(4096, checked(count + (count / 2))), pinned: true);
        }

        return buffer;
    }
}
