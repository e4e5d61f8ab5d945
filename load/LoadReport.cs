using System.Globalization;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace ExpertCluster.Load;

/// <summary>What a run measured, after its warm-up. Times in milliseconds.</summary>
internal sealed record LoadReport
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required double Seconds { get; init; }

    /// <summary>Arrivals, those dropped by the generator's own bound included.</summary>
    public required int Offered { get; init; }

    public required int Dropped { get; init; }

    public required int Completed { get; init; }

    /// <summary>Failed requests by gRPC status.</summary>
    public required IReadOnlyDictionary<string, int> Errors { get; init; }

    public required Quantiles FirstToken { get; init; }

    public required Quantiles TokenGap { get; init; }

    public required Quantiles Whole { get; init; }

    public required double TokensPerSecond { get; init; }

    public required double RequestsPerSecond { get; init; }

    /// <summary>Requests a second that met both limits.</summary>
    public required double GoodputPerSecond { get; init; }

    public static LoadReport From(LoadOptions options, int offered, int dropped, IReadOnlyList<RequestOutcome> outcomes, TimeSpan length)
    {
        var completed = outcomes.Where(o => o.Status == StatusCode.OK && o.Tokens > 0).ToList();
        double seconds = Math.Max(length.TotalSeconds, double.Epsilon);
        int good = completed.Count(o => o.FirstToken <= options.FirstTokenLimit && o.MeanGap <= options.TokenGapLimit);
        return new LoadReport
        {
            Seconds = seconds,
            Offered = offered,
            Dropped = dropped,
            Completed = completed.Count,
            Errors = outcomes.Where(o => o.Status != StatusCode.OK)
                .GroupBy(o => o.Status.ToString())
                .ToDictionary(g => g.Key, g => g.Count()),
            FirstToken = Quantiles.Of(completed.Select(o => o.FirstToken.TotalMilliseconds)),
            TokenGap = Quantiles.Of(completed.SelectMany(o => o.GapMilliseconds).Select(g => (double)g)),
            Whole = Quantiles.Of(completed.Select(o => o.Whole.TotalMilliseconds)),
            TokensPerSecond = completed.Sum(o => o.Tokens) / seconds,
            RequestsPerSecond = completed.Count / seconds,
            GoodputPerSecond = good / seconds,
        };
    }

    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine("| | p50 | p95 | p99 |").AppendLine("|---|---|---|---|");
        Row("time to first token, ms", FirstToken);
        Row("between tokens, ms", TokenGap);
        Row("whole answer, ms", Whole);
        text.AppendLine();
        Line($"offered {Offered}, completed {Completed}, dropped {Dropped}, errors {Errors.Values.Sum()} in {Seconds:0.0} s");
        foreach (var (status, count) in Errors)
        {
            Line($"  {status}: {count}");
        }

        Line($"{RequestsPerSecond:0.0} requests/s, goodput {GoodputPerSecond:0.0} requests/s, {TokensPerSecond:0} tokens/s");
        return text.ToString();

        void Row(string name, Quantiles q) => Line($"| {name} | {q.P50:0.00} | {q.P95:0.00} | {q.P99:0.00} |");

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
