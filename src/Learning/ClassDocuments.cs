using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>
/// What many classes are taught from: each example as it is, and beside these some behind small talk, some of two fields, and everyday text. Single
/// examples come first, class by class.
/// </summary>
internal sealed class ClassDocuments
{
    /// <summary>Of examples as they are; it bounds time and memory.</summary>
    private const int MostSingles = 240_000;

    /// <summary>However many classes there are, each gets as many, if it has them.</summary>
    private const int LeastOfClass = 10;

    /// <summary>Of two fields, as a share of the singles.</summary>
    private const double CompoundShare = 0.05;

    /// <summary>Everyday text and unknown matter, as a share of the singles.</summary>
    private const double EverydayShare = 0.02;
    private const int LeastEveryday = 400;
    private const int MostEveryday = 4_000;

    private readonly TextFeatures _features;
    private readonly FeatureBag _bag = new(TextFeatures.Limit);

    private ClassDocuments(int buckets) => (_features, Buckets) = (new TextFeatures(buckets), buckets);

    public int Buckets { get; }

    public PackedSamples Samples { get; } = new();

    /// <summary>Where each class's single examples begin; all that follows the last of them was made of several things.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Samples to choose temperature and floor on: single examples that no other sample was made of.</summary>
    public required IReadOnlyList<int> Held { get; init; }

    /// <summary>All other samples.</summary>
    public int[] Learned => [.. Enumerable.Range(0, Samples.Count).Except(Held)];

    /// <param name="pool">What to learn from.</param>
    /// <param name="check">What to choose on; of the same classes.</param>
    /// <param name="options">The seed, and how much stands behind small talk.</param>
    /// <param name="buckets">Of the features.</param>
    public static ClassDocuments Draw(ExamplePool pool, ExamplePool check, GateTrainingOptions options, int buckets)
    {
        var classes = pool.Classes;
        List<int> held = [];
        ClassDocuments documents = new(buckets) { Starts = new int[classes.Count + 1], Held = held };
        DeterministicRandom random = new(options.Seed);
        DocumentMaker maker = new(pool, options, random);
        int each = Math.Max(LeastOfClass, MostSingles / classes.Count);
        for (int of = 0; of < classes.Count; of++)
        {
            GateExample[] examples = [.. classes[of].Examples];
            random.Shuffle(examples.AsSpan());
            foreach (var example in examples.Take(each))
            {
                documents.Add(example.Prompt, of, of);
            }

            foreach (var example in check.Classes[of].Examples)
            {
                held.Add(documents.Samples.Count);
                documents.Add(example.Prompt, of, of);
            }

            documents.Starts[of + 1] = documents.Samples.Count;
        }

        int singles = documents.Samples.Count;
        for (int of = 0; of < classes.Count; of++)
        {
            int count = classes[of].IsGeneralist ? 0 : (int)Math.Ceiling(options.PreambleShare / 2 * Math.Min(each, classes[of].Examples.Count));
            for (int i = 0; i < count; i++)
            {
                documents.Add(maker.Behind(of));
            }
        }

        int[] generalists = [.. classes.Index().Where(c => c.Item.IsGeneralist).Select(c => c.Index)];
        for (int i = 0; i < Math.Clamp((int)(EverydayShare * singles), LeastEveryday, MostEveryday); i++)
        {
            documents.Add(maker.Single(generalists[i % generalists.Length]));
        }

        for (int i = 0; i < (maker.CanCompound ? (int)(CompoundShare * singles) : 0); i++)
        {
            documents.Add(maker.Compound(answered: false)!.Value);
        }

        return documents;
    }

    private void Add(GateDocument document) => Add(document.Prompt, document.FirstClass, document.SecondClass);

    private void Add(string text, int first, int second)
    {
        _features.Extract(text, _bag);
        Samples.Add(_bag, first, second);
    }
}
