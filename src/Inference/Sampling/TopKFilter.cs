using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>Keeps the k largest; of equals at the edge the lowest ids.</summary>
internal sealed class TopKFilter : IBuiltInFilter
{
    public string Name => "top_k";

    /// <summary>It leaves the likeliest token the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public bool Applies(SamplingOptions options) => options.TopK > 0;

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        int k = options.TopK;
        if (k >= candidates.Count)
        {
            return;
        }

        var logits = candidates.Logits;
        var heap = candidates.Scratch[..k];
        float threshold = KthLargest(logits, heap);
        int above = 0;
        foreach (float value in heap)
        {
            above += value > threshold ? 1 : 0;
        }

        candidates.Keep(logits, threshold, k - above);
    }

    /// <summary>A min-heap of the k largest so far: most values cost one comparison with its root.</summary>
    private static float KthLargest(ReadOnlySpan<float> values, Span<float> heap)
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
