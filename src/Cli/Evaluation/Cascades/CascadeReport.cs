using System.Globalization;

namespace ExpertCluster.Cli.Evaluation.Cascades;

/// <summary>
/// How far doubt tells wrong drafts, and what a cascade by it saves, in Markdown. The curve is fitted on every other trial and judged on the rest. Risk and coverage as El-Yaniv and
/// Wiener, JMLR 11 (2010).
/// </summary>
internal static class CascadeReport
{
    private const int Bins = 10;
    private static readonly double[] Coverages = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

    public static string Write(IReadOnlyList<CascadeTrial> trials, IReadOnlyList<string> signals)
    {
        double small = Share(trials, t => t.SmallIsRight);
        double big = Share(trials, t => t.BigIsRight);
        List<string> lines =
        [
            F($"{trials.Count} prompts; right to the letter: the small one alone {small:0.000}, the big one alone {big:0.000}, whichever is right {Share(trials, t => t.SmallIsRight || t.BigIsRight):0.000}."),
            "",
            "| signal | AUROC | intercept | slope | calibration error | big's tokens saved at its exact match | and with drafts checked | kept |",
            "|---|---|---|---|---|---|---|---|",
        ];
        foreach (string signal in signals)
        {
            lines.Add(Row(trials, signal, big));
        }

        lines.AddRange(["", $"| risk of kept drafts, at a coverage of | {string.Join(" | ", Coverages.Select(c => F($"{c:0.0}")))} |", $"|---|{string.Concat(Enumerable.Repeat("---|", Coverages.Length))}"]);
        lines.AddRange(signals.Select(s => $"| {s} | {string.Join(" | ", Coverages.Select(c => F($"{Risk(trials, s, c):0.000}")))} |"));
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(IReadOnlyList<CascadeTrial> trials, string signal, double big)
    {
        var samples = trials.Select(t => (Seen: SeenOf(t, signal), IsWrong: !t.SmallIsRight)).ToList();
        var fit = LogisticFit.Of([.. samples.Index().Where(s => s.Index % 2 == 0).Select(s => s.Item)]);
        var whole = LogisticFit.Of(samples);
        double error = Calibration([.. samples.Index().Where(s => s.Index % 2 == 1).Select(s => (fit.At(s.Item.Seen), s.Item.IsWrong))]);
        var (saved, withChecks, kept) = Best(trials, signal, big);
        return F($"| {signal} | {Auroc(samples):0.000} | {whole.Intercept:0.00} | {whole.Slope:0.00} | {error:0.000} | {saved:0.000} | {withChecks:0.000} | {kept:0.000} |");
    }

    /// <summary>The most that a threshold saves whose exact match is not below the big one's.</summary>
    private static (double Saved, double WithChecks, double Kept) Best(IReadOnlyList<CascadeTrial> trials, string signal, double big)
    {
        var sorted = trials.OrderBy(t => SeenOf(t, signal)).ToList();
        double tokens = Math.Max(1, sorted.Sum(t => t.BigTokens));
        double right = sorted.Sum(t => t.BigIsRight ? 1 : 0);
        double saved = 0;
        double agreed = sorted.Sum(t => t.Agreed);
        (double Saved, double WithChecks, double Kept) best = (0, agreed / tokens, 0);
        for (int i = 0; i < sorted.Count; i++)
        {
            right += (sorted[i].SmallIsRight ? 1 : 0) - (sorted[i].BigIsRight ? 1 : 0);
            saved += sorted[i].BigTokens;
            agreed += sorted[i].BigTokens - sorted[i].Agreed;
            bool isPlace = i == sorted.Count - 1 || SeenOf(sorted[i + 1], signal) > SeenOf(sorted[i], signal);
            if (isPlace && right / sorted.Count >= big - 1e-9)
            {
                best = (saved / tokens, agreed / tokens, (i + 1.0) / sorted.Count);
            }
        }

        return best;
    }

    private static double Risk(IReadOnlyList<CascadeTrial> trials, string signal, double coverage)
    {
        var kept = trials.OrderBy(t => SeenOf(t, signal)).Take(Math.Max(1, (int)Math.Round(coverage * trials.Count))).ToList();
        return Share(kept, t => !t.SmallIsRight);
    }

    /// <summary>Of what nothing is known, all is doubted.</summary>
    private static double SeenOf(CascadeTrial trial, string signal) => trial.Seen.GetValueOrDefault(signal, 1);

    /// <summary>Probability that a wrong draft is doubted more than a right one, ties a half (Mann and Whitney).</summary>
    private static double Auroc(List<(double Seen, bool IsWrong)> samples)
    {
        double wins = 0;
        double pairs = 0;
        foreach (var (wrong, _) in samples.Where(s => s.IsWrong))
        {
            foreach (var (right, _) in samples.Where(s => !s.IsWrong))
            {
                wins += wrong > right ? 1 : wrong == right ? 0.5 : 0;
                pairs++;
            }
        }

        return pairs == 0 ? double.NaN : wins / pairs;
    }

    /// <summary>Expected calibration error over ten bins (Guo et al., ICML 2017).</summary>
    private static double Calibration(List<(double P, bool IsWrong)> judged) => judged
        .GroupBy(j => Math.Min(Bins - 1, (int)(j.P * Bins)))
        .Sum(bin => Math.Abs(bin.Average(j => j.P) - bin.Average(j => j.IsWrong ? 1 : 0)) * bin.Count() / judged.Count);

    private static double Share(IReadOnlyCollection<CascadeTrial> trials, Func<CascadeTrial, bool> holds) => trials.Count == 0 ? 0 : (double)trials.Count(holds) / trials.Count;

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
