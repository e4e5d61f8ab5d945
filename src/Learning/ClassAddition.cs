using System.Numerics.Tensors;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>
/// Learns one class beside others that stay as they are: with their scores fixed the softmax is a logistic regression of its own score against the logarithm
/// of the sum of theirs. What argues against it are examples of the classes that its own are most like, and some of all.
/// </summary>
internal sealed class ClassAddition
{
    /// <summary>Classes that each of its examples is most like.</summary>
    private const int Rivals = 8;
    private const int MostOfRivals = 1_500;
    private const int OfAll = 1_000;
    private const int MostOwn = 2_000;
    private const int Epochs = 12;

    private readonly NgramIndex _index;
    private readonly TextFeatures _features;
    private readonly FeatureBag _bag = new(TextFeatures.Limit);
    private readonly PackedSamples _samples = new();
    private readonly List<float> _others = [];
    private readonly float[] _scores;
    private float[] _values = [];

    private ClassAddition(NgramIndex index) => (_index, _features, _scores) = (index, new TextFeatures(index.Buckets), new float[index.Classes]);

    /// <summary>
    /// 1. Its own examples, also behind small talk, and whom they are most like. 2. What of them has a weight. 3. Examples that are others'. 4. Learns.
    /// </summary>
    /// <param name="index">The others.</param>
    /// <param name="classes">Theirs, in the order of the index.</param>
    /// <param name="added">What is to be learned.</param>
    /// <param name="options">The seed, and how much stands behind small talk.</param>
    /// <returns>The index with one class more.</returns>
    public static NgramIndex Learn(NgramIndex index, IReadOnlyList<GateClass> classes, GateClass added, GateTrainingOptions options)
    {
        ClassAddition addition = new(index);
        DeterministicRandom random = new(options.Seed);

        // 1.
        GateExample[] own = [.. added.Examples];
        random.Shuffle(own.AsSpan());
        int ofOwn = Math.Min(own.Length, MostOwn);
        HashSet<int> rivals = [];
        foreach (var example in own[..ofOwn])
        {
            addition.Add(example.Prompt, isOwn: true);
            addition.AddRivals(classes, rivals);
        }

        var support = addition.Support();
        DocumentMaker maker = new(ExamplePool.All([added, .. classes.Where(c => c.IsGeneralist)]), options, random);
        for (int i = 0; i < (int)Math.Ceiling(options.PreambleShare / 2 * ofOwn); i++)
        {
            addition.Add(maker.Behind(0).Prompt, isOwn: true);
        }

        // 3.
        GateExample[] near = [.. rivals.Order().SelectMany(of => classes[of].Examples)];
        random.Shuffle(near.AsSpan());
        foreach (var example in near.Take(MostOfRivals).Concat(classes.Where(c => c.IsGeneralist).SelectMany(c => c.Examples)))
        {
            addition.Add(example.Prompt, isOwn: false);
        }

        for (int i = 0; i < OfAll; i++)
        {
            addition.Add(random.Pick(random.Pick(classes).Examples).Prompt, isOwn: false);
        }

        // 4.
        return addition.Fit(support, random);
    }

    private void Add(string text, bool isOwn)
    {
        _features.Extract(text, _bag);
        _samples.Add(_bag, isOwn ? 1 : 0, isOwn ? 1 : 0);
        int count = _samples.Weigh(_samples.Count - 1, _index.InverseFrequency, ref _values);
        _index.Score(_bag.Buckets, _values.AsSpan(0, count), _scores);
        float largest = TensorPrimitives.Max<float>(_scores);
        double sum = 0;
        foreach (float score in _scores)
        {
            sum += Math.Exp(score - largest);
        }

        _others.Add(largest + (float)Math.Log(sum));
    }

    /// <summary>By the scores of the last text.</summary>
    private void AddRivals(IReadOnlyList<GateClass> classes, HashSet<int> rivals)
    {
        foreach (int of in Gating.Scoring.Likeliest.Of(_scores, Math.Min(Rivals, _scores.Length - 1)).Where(of => !classes[of].IsGeneralist))
        {
            rivals.Add(of);
        }
    }

    /// <summary>
    /// As <see cref="ClassSupport"/> has it. How frequent an n-gram is in all samples its inverse frequency tells; where it is, it weighs as much as here.
    /// </summary>
    private HashSet<int> Support()
    {
        Dictionary<int, (float Sum, int Samples)> own = [];
        for (int sample = 0; sample < _samples.Count; sample++)
        {
            int count = _samples.Weigh(sample, _index.InverseFrequency, ref _values);
            var features = _samples.FeaturesOf(sample);
            for (int i = 0; i < count; i++)
            {
                int bucket = PackedSamples.BucketOf(features[i]);
                var (sum, samples) = own.GetValueOrDefault(bucket);
                own[bucket] = (sum + _values[i], samples + 1);
            }
        }

        float[] inverse = _index.InverseFrequency.ToArray();
        return [.. own
            .Select(o => (o.Key, Gain: o.Value.Sum * ((1.0 / _samples.Count) - (Math.Exp(1 - inverse[o.Key]) / o.Value.Samples))))
            .Where(o => o.Gain > 0).OrderByDescending(o => o.Gain).ThenBy(o => o.Key).Take(ClassSupport.MostOfClass).Select(o => o.Key)];
    }

    private NgramIndex Fit(HashSet<int> support, DeterministicRandom random)
    {
        var weights = support.ToDictionary(bucket => bucket, _ => 0f);
        Dictionary<int, float> squares = new(weights);
        (float bias, float biasSquares) = (0, 0);
        int[] order = [.. Enumerable.Range(0, _samples.Count)];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());
            foreach (int sample in order)
            {
                int count = _samples.Weigh(sample, _index.InverseFrequency, ref _values);
                var features = _samples.FeaturesOf(sample);
                float score = bias;
                for (int i = 0; i < count; i++)
                {
                    score += _values[i] * weights.GetValueOrDefault(PackedSamples.BucketOf(features[i]));
                }

                float error = (1 / (1 + MathF.Exp(_others[sample] - score))) - _samples.ClassesOf(sample).First;
                SparseRegression.Step(ref bias, ref biasSquares, error, SparseTeacher.Rate);
                for (int i = 0; i < count; i++)
                {
                    int bucket = PackedSamples.BucketOf(features[i]);
                    if (support.Contains(bucket))
                    {
                        ref float weight = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(weights, bucket);
                        ref float square = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(squares, bucket);
                        SparseRegression.Step(ref weight, ref square, error * _values[i], SparseTeacher.Rate);
                    }
                }
            }
        }

        return IndexEdits.With(_index, bias, weights);
    }
}
