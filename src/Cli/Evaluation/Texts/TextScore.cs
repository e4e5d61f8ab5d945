namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>What a way to answer gives a text that it is to continue, token by token.</summary>
/// <param name="Tokens">But the first, before which nothing is.</param>
/// <param name="LogProbability">Of all of them, natural.</param>
/// <param name="Right">Of those, the ones that were the likeliest in their place.</param>
internal readonly record struct TextScore(int Tokens, double LogProbability, int Right);

/// <summary>Perplexity and next-token accuracy over texts, with bootstrap intervals of 95 % over the texts (1,000 draws, percentiles; Efron and Tibshirani, 1993).</summary>
internal sealed record TextFigures(double Perplexity, double Low, double High, double Accuracy)
{
    private const int Draws = 1_000;
    private const int Seed = 7;

    /// <param name="scores">Of at least one text.</param>
    public static TextFigures Of(IReadOnlyList<TextScore> scores)
    {
        var random = new Random(Seed);
        double[] drawn = new double[Draws];
        for (int i = 0; i < Draws; i++)
        {
            drawn[i] = PerplexityOf(Enumerable.Range(0, scores.Count).Select(_ => scores[random.Next(scores.Count)]));
        }

        Array.Sort(drawn);
        return new TextFigures(PerplexityOf(scores), drawn[Draws / 40], drawn[Draws - 1 - (Draws / 40)], scores.Sum(s => (double)s.Right) / scores.Sum(s => (double)s.Tokens));
    }

    private static double PerplexityOf(IEnumerable<TextScore> scores)
    {
        var (tokens, sum) = scores.Aggregate((0.0, 0.0), (all, one) => (all.Item1 + one.Tokens, all.Item2 + one.LogProbability));
        return Math.Exp(-sum / tokens);
    }
}
