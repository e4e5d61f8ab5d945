using ExpertCluster.Cli.Running;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Options;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Answered = ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Cli.Evaluation.Cascades;

/// <summary>Asks a running cluster's small expert and its big one the same, and sees what a cascade would see.</summary>
internal sealed class CascadeTrials(ChannelBase channel)
{
    private const int Concurrency = 8;

    private readonly Completions.CompletionsClient _client = new(channel.Intercept(RunningCluster.Deadlines));

    public static IReadOnlyList<string> Signals { get; } = [DoubtSignals.Margin, DoubtSignals.Entropy, DoubtSignals.Consistency];

    public async Task<IReadOnlyList<CascadeTrial>> RunAsync(string small, string big, IReadOnlyList<EvalCase> cases, CancellationToken cancellation)
    {
        var trials = new CascadeTrial[cases.Count];
        await Parallel.ForAsync(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation }, async (i, token) =>
            trials[i] = await RunAsync(small, big, cases[i], token));
        return trials;
    }

    private async Task<CascadeTrial> RunAsync(string small, string big, EvalCase c, CancellationToken cancellation)
    {
        var (draft, tokens) = await AskAsync(c, small, new Sampling { TopLogprobs = DoubtMeter.TopOf(DoubtSignals.Entropy) }, cancellation);
        var (answer, written) = await AskAsync(c, big, new Sampling(), cancellation);
        int other = 0;
        for (int i = 1; i <= DraftReader.Draws; i++)
        {
            other += (await AskAsync(c, small, new Sampling { Temperature = DraftReader.DrawTemperature, Seed = (ulong)i }, cancellation)).Text == draft ? 0 : 1;
        }

        Dictionary<string, double> seen = new() { [DoubtSignals.Consistency] = other / (double)DraftReader.Draws };
        foreach (string signal in (ReadOnlySpan<string>)[DoubtSignals.Margin, DoubtSignals.Entropy])
        {
            var meter = new DoubtMeter(signal);
            foreach (var token in tokens)
            {
                meter.Add(Of(token, DoubtMeter.TopOf(signal)));
            }

            if (!meter.IsBlind)
            {
                seen[signal] = meter.Value;
            }
        }

        return new CascadeTrial(seen, draft == c.Answer, answer == c.Answer, written.Count, tokens.Zip(written).TakeWhile(p => p.First.Id == p.Second.Id).Count());
    }

    private async Task<(string Text, List<Token> Tokens)> AskAsync(EvalCase c, string model, Sampling sampling, CancellationToken cancellation)
    {
        var request = Strategy.Ask(c, model);
        request.Sampling.MergeFrom(sampling);
        using var call = _client.Complete(request, cancellationToken: cancellation);
        string text = "";
        List<Token> tokens = [];
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            text += call.ResponseStream.Current.Text;
            tokens.AddRange(call.ResponseStream.Current.Tokens);
        }

        return (text.Trim(), tokens);
    }

    private static Answered.Token Of(Token token, int top) => new(token.Id, token.Text, token.Logprob, [])
    {
        Detail = token.Top.Count == 0 ? null : new Answered.TokenDetail(default, [.. token.Top.Take(top).Select(t => new Answered.LikelyToken(t.Id, t.Logprob, default))]),
    };
}
