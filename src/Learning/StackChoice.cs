using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>How two gates are added up, by what they said of examples that neither had learned.</summary>
/// <param name="Metadata">Weights, and where n-grams answer alone.</param>
/// <param name="Embeddings">The embeddings' own temperature.</param>
/// <param name="Both">Of the sum: floor, accuracy, what the floor costs.</param>
internal readonly record struct StackChoice(StackMetadata Metadata, HeldOutChoice Embeddings, HeldOutChoice Both)
{
    /// <summary>Weights where there is little to choose them by, and how many samples that is worth.</summary>
    private const double UsualNgrams = 0.4;
    private const double UsualEmbeddings = 0.8;
    private const int Enough = 30;

    private const double Lightest = 0.02;
    private const double Heaviest = 4;
    private const int Rounds = 6;

    /// <summary>N-grams answer alone where, of all that is as sure, no more than this share is wrong beyond what the sum gets wrong.</summary>
    private const double WrongMore = 0.005;

    /// <summary>And where so many samples say so; a handful is no evidence.</summary>
    private const int LeastSure = 20;
    private const double Never = 2;

    public static StackChoice Make(IReadOnlyList<StackedSample> samples, IReadOnlyList<GateClass> classes, double usual)
    {
        var embeddings = HeldOutChoice.Make([.. samples.Select(s => new ScoredSample(s.Of, s.Embeddings))], classes, usual);

        // Both on the scale of logarithms of probabilities, as they are when the gate runs.
        var ngrams = HeldOutChoice.Make([.. samples.Select(s => new ScoredSample(s.Of, s.Ngrams))], classes, usual: 1);
        StackedSample[] scaled = [.. samples.Select(s => new StackedSample(
            s.Of, LogProbabilities(s.Ngrams, ngrams.Temperature), LogProbabilities(s.Embeddings, embeddings.Temperature)))];
        var (first, second) = Weights([.. scaled.Where(s => !classes[s.Of].IsGeneralist)]);
        ScoredSample[] sums = [.. scaled.Select(s => new ScoredSample(s.Of, Sum(s, first, second)))];

        // The weights are the temperature.
        var both = HeldOutChoice.At(1, sums, classes);
        double sure = Sure(scaled, sums, [.. classes.Select(c => c.IsGeneralist)]);
        return new StackChoice(new StackMetadata { Sure = sure, Ngrams = first, Embeddings = second }, embeddings, both);
    }

    private static (double Ngrams, double Embeddings) Weights(StackedSample[] experts)
    {
        (double ngrams, double embeddings) = (UsualNgrams, UsualEmbeddings);
        for (int round = 0; round < Rounds && experts.Length > 0; round++)
        {
            // One after the other: the loss is convex in both.
            ngrams = GoldenSection.Minimum(Lightest, Heaviest, n => Loss(n, embeddings));
            embeddings = GoldenSection.Minimum(Lightest, Heaviest, e => Loss(ngrams, e));
        }

        return (ngrams, embeddings);

        double Loss(double n, double e) =>
            (HeldOutChoice.Loss([.. experts.Select(s => new ScoredSample(s.Of, Sum(s, n, e)))], 1) * experts.Length)
            + (Enough * 0.1 * (Square(Math.Log(n / UsualNgrams)) + Square(Math.Log(e / UsualEmbeddings))));
    }

    private static double Square(double x) => x * x;

    private static double Sure(StackedSample[] samples, ScoredSample[] sums, bool[] isGeneralist)
    {
        var judged = samples.Select((s, i) => (Alone: HeldOutChoice.Judge(new ScoredSample(s.Of, s.Ngrams), isGeneralist, 1), Both: HeldOutChoice.Judge(sums[i], isGeneralist, 1)))
            .Where(j => j.Alone.Confidence > 0).OrderByDescending(j => j.Alone.Confidence).ToList();
        double sure = Never;
        int wrong = 0;
        for (int i = 0; i < judged.Count; i++)
        {
            wrong += (judged[i].Alone.IsRight ? 0 : 1) - (judged[i].Both.IsRight ? 0 : 1);
            if (i + 1 >= LeastSure && wrong > WrongMore * (i + 1))
            {
                break;
            }

            if (i + 1 >= LeastSure)
            {
                sure = judged[i].Alone.Confidence;
            }
        }

        return sure;
    }

    private static float[] Sum(StackedSample sample, double ngrams, double embeddings) =>
        [.. sample.Ngrams.Zip(sample.Embeddings, (n, e) => (float)((ngrams * n) + (embeddings * e)))];

    private static float[] LogProbabilities(float[] logits, double temperature)
    {
        float[] p = [.. logits];
        SoftmaxRegression.Softmax(p, temperature);
        return Array.ConvertAll(p, Probabilities.Log);
    }
}
