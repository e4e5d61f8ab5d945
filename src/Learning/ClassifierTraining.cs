using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>
/// A user's own classifier: its labels find their experts by name, and the examples, none of which it is taught here, choose temperature and floor. An expert without a
/// label is reached by name alone.
/// </summary>
internal sealed class ClassifierTraining : IRequestTraining
{
    /// <summary>Where there are no examples: as the classifier says it.</summary>
    private const double UsualTemperature = 1;

    /// <exception cref="GateFormatException">It is no classifier, or none of its labels is an expert.</exception>
    public GateModel Train(IReadOnlyList<GateClass> classes, GateTrainingSet set, GateTrainingOptions options)
    {
        using var reader = SentenceReader.LoadClassifier(set.Encoder!);
        string[] labels = [.. reader.Labels!];
        int[] columns = [.. classes.Select(c => Array.IndexOf(labels, c.Name))];
        if (!classes.Zip(columns).Any(c => c.Second >= 0 && !c.First.IsGeneralist))
        {
            throw new GateFormatException($"{set.Encoder}: none of its labels is an expert: {string.Join(", ", labels.Take(5))}{(labels.Length > 5 ? ", ..." : "")}");
        }

        var embedded = EmbeddedClasses.Of(classes, reader, options.Seed);
        int generalist = classes.Index().First(c => c.Item.IsGeneralist).Index;
        List<ScoredSample> told =
        [
            .. embedded.Prompts.Index().Where(of => columns[of.Index] >= 0).SelectMany(of => of.Item.Select(vector => new ScoredSample(of.Index, Logits(vector, columns)))),
            .. embedded.Everyday.Select(vector => new ScoredSample(generalist, Logits(vector, columns))),
        ];
        var choice = HeldOutChoice.Make(told, classes, UsualTemperature);
        return new GateModel(EmbeddingTraining.Metadata(classes, GateMetadata.ClassifierKind, 0, choice, embedded) with { Columns = columns }, [], [], []);
    }

    private static float[] Logits(float[] vector, int[] columns)
    {
        float[] logits = new float[columns.Length];
        ClassifierScorer.Spread(vector, columns, temperature: 1, logits);
        return logits;
    }
}
