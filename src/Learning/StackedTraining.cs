using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Features;

namespace ExpertCluster.Learning;

/// <summary>N-grams and a sentence encoder's vectors. How much each counts, and where n-grams answer alone, is chosen on what neither learned.</summary>
internal sealed class StackedTraining : IRequestTraining
{
    private const int LeastDocuments = 50;

    /// <summary>N-grams take seconds to learn each fold.</summary>
    private const int MostFolds = 3;

    public GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options)
    {
        using var reader = SentenceReader.Load(set.Encoder!);
        var embedded = EmbeddedClasses.Of(classes, reader, options.Seed);
        List<StackedSample> held = [];

        // A fifth of the documents says as much of weights as all of them, and five trainings take no longer than one.
        var few = options with { DocumentsPerExpert = Math.Max(LeastDocuments, options.DocumentsPerExpert / 5) };
        for (int fold = 0; fold < Math.Min(MostFolds, Folds.Of(classes.Count)); fold++)
        {
            held.AddRange(HeldOut(embedded, fold, few));
        }

        var ngrams = NgramTraining.Teach(classes, options, GateMetadata.StackedKind);
        var stack = StackChoice.Make(held, classes, EmbeddingLearner.UsualTemperature);
        var meaning = EmbeddingLearner.Learn(embedded, Folds.None, stack.Embeddings.Temperature);
        return ngrams with
        {
            Metadata = EmbeddingTraining.Metadata(classes, GateMetadata.StackedKind, ngrams.Metadata.Buckets, stack.Both, embedded) with
            {
                // The graph's own; n-grams were calibrated by their own examples held out.
                Temperature = ngrams.Metadata.Temperature,
                Samples = ngrams.Metadata.Samples,
                Embeddings = meaning.Metadata,
                Stack = stack.Metadata,
            },
            Values = meaning.Values,
        };
    }

    private static IEnumerable<StackedSample> HeldOut(EmbeddedClasses embedded, int fold, GateTrainingOptions options)
    {
        int classes = embedded.Classes.Count;
        var meaning = EmbeddingLearner.Learn(embedded, fold, temperature: 1);
        var pool = ExamplePool.All([.. embedded.Classes.Select((c, of) => Without(c, of, embedded, fold))]);
        var model = NgramTeacher.Fit(RequestSamples.Draw(pool, options, options.Seed), options.RequestBuckets, classes, options, out _);
        TextFeatures features = new(options.RequestBuckets);
        FeatureBag bag = new(TextFeatures.Limit);

        // One pass over the fold gives both: what the n-grams say is kept beside what the vectors say.
        List<float[]> ngrams = [];
        var meanings = EmbeddingTraining.HeldOut(embedded, fold, (text, vector) =>
        {
            features.Extract(text, bag);
            ngrams.Add(model.Scores(TrainingSample.Of(bag, 0, 0)));
            return EmbeddingTraining.Logits(meaning, vector, classes);
        }).ToList();
        return meanings.Zip(ngrams, (m, n) => new StackedSample(m.Of, n, m.Logits));
    }

    private static GateClass Without(GateClass one, int of, EmbeddedClasses embedded, int fold)
    {
        string[] texts = one.IsGeneralist ? embedded.EverydayTexts : embedded.Texts[of];
        int folds = Folds.Of(embedded.Classes.Count);
        var held = texts.Where((_, i) => Folds.IsHeld(i, fold, folds, texts.Length)).ToHashSet(StringComparer.Ordinal);
        GateExample[] rest = [.. one.Examples.Where(e => !held.Contains(e.Prompt))];
        return rest.Length == 0 ? one : one with { Examples = rest };
    }
}
