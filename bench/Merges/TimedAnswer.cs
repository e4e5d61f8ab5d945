using System.Diagnostics;
using ExpertCluster.V1;

namespace ExpertCluster.Bench.Merges;

/// <summary>When the tokens of an answer came.</summary>
/// <param name="Gaps">Milliseconds between two chunks.</param>
/// <param name="Tokens">All of them.</param>
/// <param name="Whole">Of which as many experts as were asked had a part.</param>
/// <param name="MillisecondsPerToken">From the first to the last.</param>
internal sealed record TimedAnswer(IReadOnlyList<double> Gaps, int Tokens, int Whole, double MillisecondsPerToken)
{
    public static async Task<TimedAnswer> ReadAsync(Completions.CompletionsClient client, CompleteRequest request, int experts, CancellationToken cancellation)
    {
        using var call = client.Complete(request, cancellationToken: cancellation);
        List<double> gaps = [];
        var (first, last, tokens, whole, firstTokens) = (0L, 0L, 0, 0, 0);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            long now = Stopwatch.GetTimestamp();
            var chunk = call.ResponseStream.Current;
            if (chunk.Tokens.Count == 0)
            {
                continue;
            }

            tokens += chunk.Tokens.Count;
            whole += chunk.Tokens.Count(t => t.Experts.Count == experts);
            if (first == 0)
            {
                (first, firstTokens) = (now, tokens);
            }
            else
            {
                gaps.Add(Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
            }

            last = now;
        }

        return new TimedAnswer(gaps, tokens, whole, Stopwatch.GetElapsedTime(first, last).TotalMilliseconds / (tokens - firstTokens));
    }
}
