using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>
/// Multinomial logistic regression of many classes with AdaGrad steps (Duchi et al., 2011), where each class has weights of its own n-grams alone
/// (<see cref="ClassSupport"/>): a sample costs its n-grams' postings. Every class is scored, and what is likely enough to matter is moved. Samples are
/// scored in small batches and learned from in order, each n-gram by one thread: the same weights for any number of threads.
/// </summary>
internal sealed class SparseRegression
{
    /// <summary>Samples that are scored by the same weights. Hardly two of them are of one class.</summary>
    private const int Batch = 64;

    /// <summary>A less likely class is left as it is.</summary>
    private const float LeastLikely = 2e-3f;

    /// <summary>So many times as long as what is looked for, a list is rather searched than walked.</summary>
    private const int Long = 8;

    private const int MostThreads = 2;

    private readonly ClassSupport _support;
    private readonly float[] _inverse;
    private readonly float[] _bias;
    private readonly float[] _biasSquares;
    private readonly float[] _weights;
    private readonly float[] _squares;
    private readonly float _rate;
    private readonly Scored[] _batch;
    private readonly float[][] _scores;
    private readonly int _threads;

    /// <param name="support">What has a weight.</param>
    /// <param name="inverse">Inverse frequencies, by bucket.</param>
    /// <param name="classes">How many.</param>
    /// <param name="rate">First step of a weight.</param>
    /// <param name="threads">1 or 2; null: as many as there are processors, of these.</param>
    public SparseRegression(ClassSupport support, float[] inverse, int classes, float rate, int? threads = null)
    {
        (_support, _inverse, _rate) = (support, inverse, rate);
        (_bias, _biasSquares) = (new float[classes], new float[classes]);
        (_weights, _squares) = (new float[support.Classes.Length], new float[support.Classes.Length]);
        _batch = [.. Enumerable.Range(0, Batch).Select(_ => new Scored())];
        _threads = threads ?? Math.Min(MostThreads, Environment.ProcessorCount);
        _scores = [.. Enumerable.Range(0, _threads).Select(_ => new float[classes])];
    }

    /// <param name="samples">What they are of.</param>
    /// <param name="chosen">Those to learn from.</param>
    /// <param name="epochs">How often each.</param>
    /// <param name="seed">Of their order.</param>
    public void Fit(PackedSamples samples, ReadOnlySpan<int> chosen, int epochs, ulong seed)
    {
        int[] order = chosen.ToArray();
        DeterministicRandom random = new(seed);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());
            for (int start = 0; start < order.Length; start += Batch)
            {
                int first = start;
                int count = Math.Min(Batch, order.Length - start);
                Each(thread =>
                {
                    for (int i = thread; i < count; i += _threads)
                    {
                        Look(samples, order[first + i], _batch[i], _scores[thread]);
                    }
                });
                Each(thread =>
                {
                    for (int i = 0; i < count; i++)
                    {
                        Learn(samples, order[first + i], _batch[i], thread);
                    }
                });
            }
        }
    }

    /// <summary>A sample's scores of all classes.</summary>
    public void Score(PackedSamples samples, int sample, ref float[] values, Span<float> scores)
    {
        int count = samples.Weigh(sample, _inverse, ref values);
        var features = samples.FeaturesOf(sample);
        _bias.CopyTo(scores);
        for (int i = 0; i < count; i++)
        {
            int bucket = PackedSamples.BucketOf(features[i]);
            var (from, to) = (_support.Offsets[bucket], _support.Offsets[bucket + 1]);
            var classes = _support.Classes.AsSpan(from, to - from);
            var weights = _weights.AsSpan(from, to - from);
            float value = values[i];
            for (int p = 0; p < classes.Length; p++)
            {
                scores[classes[p]] += value * weights[p];
            }
        }
    }

    /// <summary>As a gate reads it, without what is nothing at its precision.</summary>
    public NgramIndex ToIndex()
    {
        int[] offsets = new int[_inverse.Length + 1];
        List<uint> postings = new(_weights.Length);
        for (int bucket = 0; bucket < _inverse.Length; bucket++)
        {
            for (int p = _support.Offsets[bucket]; p < _support.Offsets[bucket + 1]; p++)
            {
                uint posting = NgramIndex.Posting(_support.Classes[p], _weights[p]);
                if (NgramIndex.WeightOf(posting) != 0)
                {
                    postings.Add(posting);
                }
            }

            offsets[bucket + 1] = postings.Count;
        }

        return new NgramIndex(_bias, _inverse, offsets, [.. postings]);
    }

    /// <summary>Of AdaGrad.</summary>
    public static void Step(ref float weight, ref float squares, float gradient, float rate)
    {
        squares += gradient * gradient;
        weight -= rate * gradient / (MathF.Sqrt(squares) + 1e-6f);
    }

    private void Each(Action<int> work)
    {
        if (_threads == 1)
        {
            work(0);
            return;
        }

        Parallel.For(0, _threads, work);
    }

    private void Look(PackedSamples samples, int sample, Scored into, float[] scores)
    {
        Score(samples, sample, ref into.Values, scores);
        var (first, second) = samples.ClassesOf(sample);
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp<float>(scores, scores);
        float sum = TensorPrimitives.Sum<float>(scores);
        float least = LeastLikely * sum;
        into.Errors.Clear();
        for (int of = 0; of < scores.Length; of++)
        {
            float target = (of == first ? 0.5f : 0) + (of == second ? 0.5f : 0);
            if (scores[of] > least || target > 0)
            {
                into.Errors.Add(((ushort)of, (scores[of] / sum) - target));
            }
        }
    }

    private void Learn(PackedSamples samples, int sample, Scored looked, int thread)
    {
        var errors = CollectionsMarshal.AsSpan(looked.Errors);
        if (thread == 0)
        {
            foreach (var (of, error) in errors)
            {
                Step(ref _bias[of], ref _biasSquares[of], error, _rate);
            }
        }

        var features = samples.FeaturesOf(sample);
        for (int i = 0; i < features.Length; i++)
        {
            int bucket = PackedSamples.BucketOf(features[i]);
            if (bucket % _threads != thread)
            {
                continue;
            }

            Learn(bucket, errors, looked.Values[i]);
        }
    }

    /// <summary>Classes and errors both ascend by class: they are walked together, or, where an n-gram has many classes, these are searched.</summary>
    private void Learn(int bucket, ReadOnlySpan<(ushort Of, float Error)> errors, float value)
    {
        int at = _support.Offsets[bucket];
        int end = _support.Offsets[bucket + 1];
        bool isLong = end - at > Long * errors.Length;
        foreach (var (of, error) in errors)
        {
            if (isLong)
            {
                int found = _support.Classes.AsSpan(at, end - at).BinarySearch(of);
                at += found < 0 ? ~found : found;
            }
            else
            {
                while (at < end && _support.Classes[at] < of)
                {
                    at++;
                }
            }

            if (at < end && _support.Classes[at] == of)
            {
                Step(ref _weights[at], ref _squares[at], error * value, _rate);
                at++;
            }
        }
    }

    /// <summary>What a sample's scores were, until it is learned.</summary>
    private sealed class Scored
    {
        public float[] Values = [];

        public List<(ushort Of, float Error)> Errors { get; } = [];
    }
}
