using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Teaches hashed n-grams, of texts or of tokens.</summary>
internal static class NgramTeacher
{
    /// <summary>
    /// 1. Learns from most of the examples. 2. Chooses temperature and floor on the rest. 3. Learns again, from all.
    /// </summary>
    public static GateModel Teach(
        IReadOnlyList<GateClass> classes,
        GateTrainingOptions options,
        int buckets,
        Func<ExamplePool, ulong, List<TrainingSample>> draw,
        GateMetadata metadata)
    {
        // 1.
        (var learn, var check) = ExamplePool.Split(classes, options);
        var first = Fit(draw(learn, options.Seed), buckets, classes.Count, options, out _);

        // 2.
        var held = draw(check, options.Seed + 1);
        var calibration = Calibration.Choose([.. held.Select(first.Scores)], [.. held.Select(s => (s.First, s.Second))], check.Classes);

        // 3.
        var all = draw(ExamplePool.All(classes), options.Seed);
        var last = Fit(all, buckets, classes.Count, options, out float[] inverse);
        return new GateModel(
            metadata with
            {
                Temperature = calibration.Temperature,
                Floor = calibration.Floor,
                HeldOutAccuracy = calibration.Accuracy,
                HeldOut = calibration.Samples,
                OutOfFieldRefused = calibration.Refused,
                InFieldLost = calibration.Lost,
                Samples = all.Count,
            },
            last.Weights, last.Bias, inverse);
    }

    public static SoftmaxRegression Fit(List<TrainingSample> samples, int buckets, int classes, GateTrainingOptions options, out float[] inverse)
    {
        inverse = InverseFrequency.Of(samples, buckets);
        SoftmaxRegression model = new(buckets, classes, inverse);
        model.Fit(samples, options);
        return model;
    }
}
