using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>
/// Learns <see cref="EmbeddingClasses"/>. Before any example an expert is where its hints are (zero shot); each example moves it away from there. One without
/// hints begins at the centre of its examples.
/// </summary>
internal static class EmbeddingLearner
{
    /// <summary>What a cosine is multiplied by before anything is learned.</summary>
    private const double Sharpness = 10;

    /// <summary>
    /// Nearness to everyday text counts a little less than nearness to a field: near the few nearest of many is nearer than near the centre of some.
    /// At 1 experts lose one text in a hundred more, and of those that have nothing but a description one in fifty.
    /// </summary>
    private const double EverydayScale = 0.8 * Sharpness;

    /// <summary>Where no example tells better: what is right on average over fields that were taught by a sentence each.</summary>
    public const double UsualTemperature = 0.45;

    /// <param name="classes">All of them.</param>
    /// <param name="fold">What is held out, of the everyday texts too.</param>
    /// <param name="temperature">Divides the scores.</param>
    public static EmbeddingClasses Learn(EmbeddedClasses classes, int fold, double temperature)
    {
        int[] experts = [.. Enumerable.Range(0, classes.Classes.Count).Where(c => !classes.Classes[c].IsGeneralist)];
        int folds = Folds.Of(classes.Classes.Count);
        int row = classes.Width + 1;
        double[] prior = new double[experts.Length * row];
        List<float[]> rows = [];
        List<int> classOf = [];
        for (int e = 0; e < experts.Length; e++)
        {
            int of = experts[e];
            float[][] prompts = [.. classes.Prompts[of].Where((_, i) => !Folds.IsHeld(i, fold, folds, classes.Prompts[of].Length))];
            float[] centre = classes.Centre(classes.Hints[of].Length > 0 ? classes.Hints[of] : prompts);
            for (int i = 0; i < centre.Length; i++)
            {
                prior[(e * row) + i] = Sharpness * centre[i];
            }

            rows.AddRange(prompts);
            classOf.AddRange(Enumerable.Repeat(e, prompts.Length));
        }

        double[] learned = DenseRegression.Fit([.. rows], [.. classOf], experts.Length, prior);
        float[] weights = new float[classes.Classes.Count * classes.Width];
        float[] bias = new float[classes.Classes.Count];
        for (int e = 0; e < experts.Length; e++)
        {
            for (int i = 0; i < classes.Width; i++)
            {
                weights[(experts[e] * classes.Width) + i] = (float)learned[(e * row) + i];
            }

            bias[experts[e]] = (float)learned[(e * row) + classes.Width];
        }

        float[][] everyday = [.. classes.Everyday.Where((_, i) => !Folds.IsHeld(i, fold, folds, classes.Everyday.Length))];
        return new EmbeddingClasses(
            new EmbeddingMetadata { Width = classes.Width, Everyday = everyday.Length, EverydayScale = EverydayScale, Temperature = temperature },
            [.. classes.Classes.Select(c => c.IsGeneralist)], weights, bias, [.. everyday.SelectMany(v => v)]);
    }
}
