using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Hashed n-grams of whole prompts.</summary>
internal sealed class NgramTraining : IRequestTraining
{
    public GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options) => Teach(classes, options, GateMetadata.RequestKind);

    /// <summary>Few classes learn a weight of every n-gram, many those of their own.</summary>
    public static GateModel Teach(IReadOnlyList<GateClass> classes, GateTrainingOptions options, string kind)
    {
        var metadata = Metadata(classes, kind, options.RequestBuckets);
        if (classes.Count > options.DenseClasses)
        {
            return SparseTeacher.Teach(classes, options, metadata);
        }

        var dense = NgramTeacher.Teach(classes, options, options.RequestBuckets, (pool, seed) => RequestSamples.Draw(pool, options, seed), metadata);
        return dense with { Weights = [], Bias = [], InverseFrequency = [], Index = NgramIndex.OfDense(dense.Weights, dense.Bias, dense.InverseFrequency) };
    }

    public static GateMetadata Metadata(IReadOnlyList<GateClass> classes, string kind, int buckets) => new()
    {
        Kind = kind,
        Classes = [.. classes.Select(c => c.Name)],
        Generalist = classes.First(c => c.IsGeneralist).Name,
        OtherGeneralists = [.. classes.Where(c => c.IsGeneralist).Skip(1).Select(c => c.Name)],
        Buckets = buckets,
        Temperature = 1,
        Floor = 0,
    };
}
