using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Teaches the n-grams of many classes, each of which has weights of its own n-grams alone.</summary>
internal static class SparseTeacher
{
    /// <summary>First step of a weight: few steps must do.</summary>
    public const float Rate = 0.25f;

    /// <summary>Passes over the samples, so many that this many are seen, within bounds.</summary>
    private const int Updates = 1_500_000;
    private const int LeastEpochs = 4;
    private const int MostEpochs = 12;

    /// <summary>Held out to choose temperature and floor on: each is scored against every class.</summary>
    private const int MostHeldOut = 1_000;

    /// <summary>Buckets for each class, so that n-grams of different words rarely share one.</summary>
    private const int BucketsOfClass = 256;
    private const int MostBuckets = 1 << 18;

    /// <summary>
    /// 1. Documents of all examples, and what of them has weights. 2. Learns most. 3. Chooses temperature and floor on the rest. 4. Learns the rest, among as
    /// many others.
    /// </summary>
    public static GateModel Teach(IReadOnlyList<GateClass> classes, GateTrainingOptions options, GateMetadata metadata)
    {
        // 1.
        int buckets = BucketsFor(classes.Count, options);
        var (learn, check) = ExamplePool.SplitSome(classes, options, MostHeldOut);
        var documents = ClassDocuments.Draw(learn, check, options, buckets);
        float[] inverse = documents.Samples.InverseOf(buckets);
        SparseRegression model = new(ClassSupport.Of(documents, classes, inverse), inverse, classes.Count, Rate);

        // 2.
        int[] learned = documents.Learned;
        int epochs = Math.Clamp(Updates / learned.Length, LeastEpochs, MostEpochs);
        model.Fit(documents.Samples, learned, epochs, options.Seed);

        // 3.
        var held = documents.Held;
        var calibration = Calibration.Choose(Scores(model, documents.Samples, held, classes.Count), [.. held.Select(documents.Samples.ClassesOf)], check.Classes);

        // 4.
        DeterministicRandom random = new(options.Seed + 1);
        model.Fit(documents.Samples, [.. held, .. held.Select(_ => random.Pick(learned))], epochs, options.Seed + 1);
        return new GateModel(
            metadata with
            {
                Buckets = buckets,
                Temperature = calibration.Temperature,
                Floor = calibration.Floor,
                HeldOutAccuracy = calibration.Accuracy,
                HeldOut = calibration.Samples,
                OutOfFieldRefused = calibration.Refused,
                InFieldLost = calibration.Lost,
                Samples = documents.Samples.Count,
            },
            [], [], [])
        {
            Index = model.ToIndex(),
        };
    }

    /// <summary>A power of two.</summary>
    private static int BucketsFor(int classes, GateTrainingOptions options) =>
        Math.Max(options.RequestBuckets, (int)Math.Min(MostBuckets, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(classes * BucketsOfClass))));

    private static float[][] Scores(SparseRegression model, PackedSamples samples, IReadOnlyList<int> held, int classes)
    {
        float[] values = [];
        return [.. held.Select(sample =>
        {
            float[] scores = new float[classes];
            model.Score(samples, sample, ref values, scores);
            return scores;
        })];
    }
}
