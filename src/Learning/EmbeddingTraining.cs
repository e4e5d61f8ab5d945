using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>A sentence encoder's vectors.</summary>
internal sealed class EmbeddingTraining : IRequestTraining
{
    public GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options)
    {
        using var reader = SentenceReader.Load(set.Encoder!);
        var embedded = EmbeddedClasses.Of(classes, reader, options.Seed);
        List<ScoredSample> held = [];
        for (int fold = 0; fold < Folds.Of(classes.Count); fold++)
        {
            var model = EmbeddingLearner.Learn(embedded, fold, temperature: 1);
            held.AddRange(HeldOut(embedded, fold, (_, vector) => Logits(model, vector, classes.Count)));
        }

        var choice = HeldOutChoice.Make(held, classes, EmbeddingLearner.UsualTemperature);
        var last = EmbeddingLearner.Learn(embedded, Folds.None, choice.Temperature);
        return new GateModel(Metadata(classes, GateMetadata.EmbeddingKind, 0, choice, embedded) with { Embeddings = last.Metadata }, [], [], []) { Values = last.Values };
    }

    public static GateMetadata Metadata(IReadOnlyList<GateClass> classes, string kind, int buckets, HeldOutChoice choice, EmbeddedClasses embedded) =>
        NgramTraining.Metadata(classes, kind, buckets) with
        {
            Temperature = choice.Temperature,
            Floor = choice.Floor,
            HeldOutAccuracy = choice.Accuracy,
            HeldOut = choice.Samples,
            OutOfFieldRefused = choice.Refused,
            InFieldLost = choice.Lost,
            Field = choice.Field,
            Samples = embedded.Prompts.Sum(p => p.Length) + embedded.Hints.Sum(h => h.Length) + embedded.Everyday.Length,
        };

    /// <summary>What a model says of all that its fold did not teach it.</summary>
    /// <param name="embedded">All there is.</param>
    /// <param name="fold">That is held out.</param>
    /// <param name="score">Of a text and its vector.</param>
    public static IEnumerable<ScoredSample> HeldOut(EmbeddedClasses embedded, int fold, Func<string, float[], float[]> score)
    {
        int folds = Folds.Of(embedded.Classes.Count);
        for (int of = 0; of < embedded.Classes.Count; of++)
        {
            for (int i = 0; i < embedded.Prompts[of].Length; i++)
            {
                if (Folds.IsHeld(i, fold, folds, embedded.Prompts[of].Length))
                {
                    yield return new ScoredSample(of, score(embedded.Texts[of][i], embedded.Prompts[of][i]));
                }
            }
        }

        int generalist = embedded.Classes.Index().First(c => c.Item.IsGeneralist).Index;
        for (int i = 0; i < embedded.Everyday.Length; i++)
        {
            if (Folds.IsHeld(i, fold, folds, embedded.Everyday.Length))
            {
                yield return new ScoredSample(generalist, score(embedded.EverydayTexts[i], embedded.Everyday[i]));
            }
        }
    }

    public static float[] Logits(EmbeddingClasses model, float[] vector, int classes)
    {
        float[] logits = new float[classes];
        model.Score(vector, logits);
        return logits;
    }
}
