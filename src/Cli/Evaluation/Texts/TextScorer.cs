using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>Has a running cluster score texts: each comes back as a prompt's echo, with what the plan gave its tokens.</summary>
internal sealed class TextScorer(ChannelBase channel)
{
    private const int Concurrency = 8;

    /// <summary>UTF-16 units that a request gate reads, of a text whose rest it shall not know.</summary>
    private const int Beginning = 160;

    private readonly Completions.CompletionsClient _client = new(channel.Intercept(RunningCluster.Deadlines));

    /// <returns>One for each text, in their order; null where the way is none for one of them.</returns>
    public async Task<IReadOnlyList<TextScore>?> RunAsync(TextStrategy strategy, IReadOnlyList<TextCase> cases, CancellationToken cancellation)
    {
        if (cases.Any(c => strategy.Request(c) is null))
        {
            return null;
        }

        var scores = new TextScore[cases.Count];
        await Parallel.ForAsync(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation }, async (i, token) =>
        {
            var request = strategy.Request(cases[i])!;
            if (strategy.ChoosesByBeginning)
            {
                await PinAsync(request, cases[i].Text, token);
            }

            scores[i] = await ScoreAsync(request, cases[i].Text, token);
        });
        return scores;
    }

    private async Task PinAsync(CompleteRequest request, string text, CancellationToken cancellation)
    {
        var asked = request.Clone();
        asked.Prompt = text[..Math.Min(Beginning, text.Length)];
        asked.Sampling = new Sampling { MaxTokens = 1, Temperature = 0 };
        using var call = _client.Complete(asked, cancellationToken: cancellation);
        Plan? plan = null;
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            plan = call.ResponseStream.Current.Plan ?? plan;
        }

        request.Merge.Experts.AddRange(plan!.Experts.Select(e => new WeightedExpert { Name = e.Name, Weight = e.Weight }));
    }

    private async Task<TextScore> ScoreAsync(CompleteRequest request, string text, CancellationToken cancellation)
    {
        request.Prompt = text;
        request.Echo = true;
        request.Sampling = new Sampling { MaxTokens = 0, TopLogprobs = 1 };
        using var call = _client.Complete(request, cancellationToken: cancellation);
        List<Token> tokens = [];
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            tokens.AddRange(call.ResponseStream.Current.Echo);
        }

        var scored = tokens.Skip(1).ToArray();
        return new TextScore(scored.Length, scored.Sum(t => (double)t.Logprob), scored.Count(t => t.Top.Count > 0 && t.Top[0].Id == t.Id));
    }
}
