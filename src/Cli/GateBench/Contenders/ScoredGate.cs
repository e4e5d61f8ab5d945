using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>A gate out of any scores by class.</summary>
internal sealed class ScoredGate(IReadOnlyList<string> classes, string generalist, Func<string, double[]> scores, ScoreScale scale) : IRequestGate
{
    private const int Folds = 5;

    /// <summary>
    /// Teaches whatever turns a lesson into scores. Temperature and floor come from scores of texts that were left out: each fifth of every class in
    /// turn, where all classes have five texts or more.
    /// </summary>
    /// <param name="lesson">Its generalist is a class where it has texts.</param>
    /// <param name="fit">From the texts of each class to what scores another text, class by class.</param>
    public static ScoredGate Teach(Lesson lesson, Func<IReadOnlyList<IReadOnlyList<string>>, Func<string, double[]>> fit)
    {
        LessonField[] fields = [.. lesson.Fields.Where(f => f.Texts.Count > 0)];
        IReadOnlyList<IReadOnlyList<string>> texts = [.. fields.Select(f => f.Texts)];
        bool[] experts = [.. fields.Select(f => !f.IsGeneralist)];
        var scale = texts.All(t => t.Count >= Folds) ? ScoreScale.Of([.. HeldOut(texts, fit)], experts) : ScoreScale.Unknown;
        return new ScoredGate([.. fields.Select(f => f.Name)], lesson.Generalist, fit(texts), scale);
    }

    public GateScores Score(string text) => new()
    {
        Ranked = [.. classes.Zip(ScoreScale.Softmax(scores(text), scale.Temperature), (name, p) => new ScoredClass(name, p)).OrderByDescending(c => c.Probability)],
        Generalist = generalist,
        Floor = scale.Floor,
    };

    private static IEnumerable<(double[] Scores, int Right)> HeldOut(
        IReadOnlyList<IReadOnlyList<string>> texts, Func<IReadOnlyList<IReadOnlyList<string>>, Func<string, double[]>> fit)
    {
        for (int fold = 0; fold < Folds; fold++)
        {
            var score = fit([.. texts.Select(t => (IReadOnlyList<string>)[.. t.Where((_, i) => i % Folds != fold)])]);
            for (int right = 0; right < texts.Count; right++)
            {
                foreach (string text in texts[right].Where((_, i) => i % Folds == fold))
                {
                    yield return (score(text), right);
                }
            }
        }
    }
}
