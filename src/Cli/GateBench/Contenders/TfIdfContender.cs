using System.Text.RegularExpressions;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.GateBench.Contenders;

/// <summary>The cosine between a text's words, weighed by how rare they are, and the mean of each field's texts.</summary>
internal sealed partial class TfIdfContender : IGateContender
{
    public string Name => "tf-idf";

    public IRequestGate? Teach(Lesson lesson) => ScoredGate.Teach(lesson, Fit);

    private static Func<string, double[]> Fit(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        int all = texts.Sum(t => t.Count);
        var rarity = texts
            .SelectMany(t => t)
            .SelectMany(t => WordsOf(t).Distinct())
            .CountBy(w => w)
            .ToDictionary(w => w.Key, w => Math.Log((1.0 + all) / (1 + w.Value)) + 1);

        // By word, so that a text costs its own words and not the vocabulary.
        var centroids = rarity.ToDictionary(w => w.Key, _ => new double[texts.Count]);
        double[] squares = new double[texts.Count];
        for (int c = 0; c < texts.Count; c++)
        {
            foreach (var (word, value) in texts[c].SelectMany(t => Unit(t, rarity)))
            {
                centroids[word][c] += value;
            }

            squares[c] = centroids.Values.Sum(v => v[c] * v[c]);
        }

        return text =>
        {
            double[] scores = new double[texts.Count];
            foreach (var (word, value) in Unit(text, rarity))
            {
                for (int c = 0; c < scores.Length; c++)
                {
                    scores[c] += value * centroids[word][c];
                }
            }

            return [.. scores.Select((s, c) => squares[c] > 0 ? s / Math.Sqrt(squares[c]) : 0)];
        };
    }

    /// <summary>The known words of a text, as a vector of length 1.</summary>
    private static (string Word, double Value)[] Unit(string text, Dictionary<string, double> rarity)
    {
        (string Word, double Value)[] found = [.. WordsOf(text)
            .Where(rarity.ContainsKey)
            .CountBy(w => w)
            .Select(w => (w.Key, (1 + Math.Log(w.Value)) * rarity[w.Key]))];
        double length = Math.Sqrt(found.Sum(f => f.Value * f.Value));
        return [.. found.Select(f => (f.Word, f.Value / length))];
    }

    private static IEnumerable<string> WordsOf(string text) => WordPattern().Matches(text).Select(m => m.Value.ToLowerInvariant());

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}_]+")]
    private static partial Regex WordPattern();
}
