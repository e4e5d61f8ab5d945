using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Learning;

/// <summary>Hashed n-grams of whole prompts.</summary>
internal sealed class NgramTraining : IRequestTraining
{
    public GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options) => NgramTeacher.Teach(
        classes, options, options.RequestBuckets, (pool, seed) => RequestSamples.Draw(pool, options, seed), Metadata(classes, GateMetadata.RequestKind, options.RequestBuckets));

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
