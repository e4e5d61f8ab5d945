using System.Text;
using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Cli.Evaluation;

/// <summary>The share of answers that are right to the letter, overall and by halves.</summary>
internal sealed record Score(int Cases, double Exact, double? FirstHalf, double? SecondHalf);

/// <summary>Asks a running cluster, and compares.</summary>
internal sealed class Evaluator(ChannelBase channel)
{
    private const int Concurrency = 8;

    public async Task<Score> RunAsync(Strategy strategy, IReadOnlyList<EvalCase> cases, CancellationToken cancellation)
    {
        var client = new Completions.CompletionsClient(channel.Intercept(RunningCluster.Deadlines));
        int exact = 0;
        int first = 0;
        int second = 0;
        await Parallel.ForAsync(
            0,
            cases.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation },
            async (i, token) =>
            {
                var c = cases[i];
                string text = await AnswerAsync(client, strategy.Request(c, i), token);
                Count(ref exact, text == c.Answer);
                if (c.Halves is [var one, var two])
                {
                    Count(ref first, text.StartsWith(one, StringComparison.Ordinal));
                    Count(ref second, text.EndsWith(two, StringComparison.Ordinal));
                }
            });
        bool halves = cases.Count > 0 && cases[0].Halves is { Count: 2 };
        double Share(int n) => cases.Count == 0 ? 0 : (double)n / cases.Count;
        return new Score(cases.Count, Share(exact), halves ? Share(first) : null, halves ? Share(second) : null);
    }

    private static async Task<string> AnswerAsync(Completions.CompletionsClient client, CompleteRequest request, CancellationToken cancellation)
    {
        using var call = client.Complete(request, cancellationToken: cancellation);
        var text = new StringBuilder();
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            text.Append(call.ResponseStream.Current.Text);
        }

        return text.ToString().Trim();
    }

    private static void Count(ref int counter, bool holds)
    {
        if (holds)
        {
            Interlocked.Increment(ref counter);
        }
    }
}
