using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>Whole prompts as training samples of the request gate.</summary>
internal static class RequestSamples
{
    /// <summary>Most documents of a training, however many experts there are: it bounds time and memory.</summary>
    private const int MaxDocuments = 60_000;

    public static List<TrainingSample> Draw(ExamplePool pool, GateTrainingOptions options, ulong seed)
    {
        DeterministicRandom random = new(seed);
        DocumentMaker maker = new(pool, options, random);
        TextFeatures features = new(options.RequestBuckets);
        FeatureBag bag = new(TextFeatures.Limit);
        List<TrainingSample> samples = [];
        int each = Math.Clamp(MaxDocuments / 2 / pool.Classes.Count, 10, options.DocumentsPerExpert);
        for (int of = 0; of < pool.Classes.Count; of++)
        {
            for (int i = 0; i < each; i++)
            {
                Add(maker.Single(of));
            }
        }

        int compounds = maker.CanCompound ? Math.Min(MaxDocuments / 2, (int)(options.CompoundShare * each * Math.Min(pool.Classes.Count, 8) / 4)) : 0;
        for (int i = 0; i < compounds; i++)
        {
            if (maker.Compound(answered: false) is { } document)
            {
                Add(document);
            }
        }

        return samples;

        void Add(GateDocument document)
        {
            features.Extract(document.Prompt, bag);
            samples.Add(TrainingSample.Of(bag, document.FirstClass, document.SecondClass));
        }
    }
}
