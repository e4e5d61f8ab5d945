namespace ExpertCluster.Gating.Artefacts;

/// <summary>
/// Weights of hashed n-grams as an inverted index: of each bucket the classes that it says something of, ascending, with their weights. A text costs its own
/// n-grams' postings, however many classes there are. Immutable.
/// </summary>
/// <param name="bias">Of each class.</param>
/// <param name="inverseFrequency">Of each bucket.</param>
/// <param name="offsets">Where each bucket's postings begin, and after the last one where all end.</param>
/// <param name="postings">A class in the lower half, in the upper one its weight as a signed fixed-point number.</param>
internal sealed class NgramIndex(float[] bias, float[] inverseFrequency, int[] offsets, uint[] postings)
{
    /// <summary>Of the weights' fixed point: steps of 1/2048, up to 16 either way. Trained weights are below 8; sums change in the fourth digit.</summary>
    private const float Step = 1f / 2048;

    public ReadOnlySpan<float> Bias => bias;

    public ReadOnlySpan<float> InverseFrequency => inverseFrequency;

    public ReadOnlySpan<int> Offsets => offsets;

    public ReadOnlySpan<uint> Postings => postings;

    public int Classes => bias.Length;

    public int Buckets => inverseFrequency.Length;

    public static uint Posting(int of, float weight) =>
        ((uint)(ushort)(short)Math.Clamp(MathF.Round(weight / Step), short.MinValue, short.MaxValue) << 16) | (uint)of;

    /// <summary>The same weight, of another class.</summary>
    public static uint At(uint posting, int of) => (posting & ~(uint)ushort.MaxValue) | (uint)of;

    public static int ClassOf(uint posting) => (int)(posting & ushort.MaxValue);

    public static float WeightOf(uint posting) => ((int)posting >> 16) * Step;

    /// <summary>What is left of dense weights [buckets, classes] at this precision.</summary>
    public static NgramIndex OfDense(float[] weights, float[] bias, float[] inverseFrequency)
    {
        int[] offsets = new int[inverseFrequency.Length + 1];
        List<uint> postings = [];
        for (int bucket = 0; bucket < inverseFrequency.Length; bucket++)
        {
            for (int of = 0; of < bias.Length; of++)
            {
                uint posting = Posting(of, weights[(bucket * bias.Length) + of]);
                if (WeightOf(posting) != 0)
                {
                    postings.Add(posting);
                }
            }

            offsets[bucket + 1] = postings.Count;
        }

        return new NgramIndex(bias, inverseFrequency, offsets, [.. postings]);
    }

    /// <summary>Weighs damped counts by inverse frequency, and scales them to length 1, in place.</summary>
    public void Weigh(ReadOnlySpan<int> buckets, Span<float> frequencies)
    {
        float squared = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            frequencies[i] *= inverseFrequency[buckets[i]];
            squared += frequencies[i] * frequencies[i];
        }

        float length = MathF.Sqrt(squared + GateGraph.Epsilon);
        foreach (ref float value in frequencies[..buckets.Length])
        {
            value /= length;
        }
    }

    /// <summary>The score of every class, before any temperature.</summary>
    /// <param name="buckets">Of a text.</param>
    /// <param name="unit">Their values, as <see cref="Weigh"/> leaves them.</param>
    /// <param name="scores">One for each class.</param>
    public void Score(ReadOnlySpan<int> buckets, ReadOnlySpan<float> unit, Span<float> scores)
    {
        bias.CopyTo(scores);
        for (int i = 0; i < buckets.Length; i++)
        {
            float value = unit[i] * Step;
            foreach (uint posting in postings.AsSpan(offsets[buckets[i]]..offsets[buckets[i] + 1]))
            {
                scores[(int)(posting & ushort.MaxValue)] += value * ((int)posting >> 16);
            }
        }
    }
}
