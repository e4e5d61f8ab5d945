namespace ExpertCluster.Inference.Merging;

/// <summary>Finds the k largest of many.</summary>
internal static class LargestValues
{
    /// <summary>A min-heap of the k largest so far: most values cost one comparison with its root.</summary>
    /// <param name="values">At least as many as the heap has room for.</param>
    /// <param name="heap">[k]; holds the k largest afterwards, in no order.</param>
    /// <returns>The k-th largest.</returns>
    public static float Kth(ReadOnlySpan<float> values, Span<float> heap)
    {
        values[..heap.Length].CopyTo(heap);
        for (int i = (heap.Length / 2) - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        foreach (float value in values[heap.Length..])
        {
            if (value > heap[0])
            {
                heap[0] = value;
                SiftDown(heap, 0);
            }
        }

        return heap[0];
    }

    private static void SiftDown(Span<float> heap, int at)
    {
        float value = heap[at];
        while ((2 * at) + 1 < heap.Length)
        {
            int child = (2 * at) + 1;
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
            {
                child++;
            }

            if (heap[child] >= value)
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = value;
    }
}
