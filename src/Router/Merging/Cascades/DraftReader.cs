using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Costs;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>Has experts draft, and sees how sure they are.</summary>
/// <param name="backends">Carry out the parts.</param>
/// <param name="signal">Of <see cref="DoubtSignals"/>.</param>
internal sealed class DraftReader(BackendSet backends, string signal)
{
    /// <summary>Beside the draft, where it is held against others.</summary>
    public const int Draws = 3;

    /// <summary>Of those: enough that a model which does not know says something else each time.</summary>
    public const float DrawTemperature = 0.7f;

    /// <summary>Tokens of a draft: who goes on for longer without doubt is taken for sure, and the rest is not waited for.</summary>
    public const int MostHeld = 4096;

    /// <param name="call">Of the part.</param>
    /// <param name="tooMuch">Whether what is seen is too much already: the rest is not waited for.</param>
    /// <param name="cancellation">Of the caller.</param>
    public async Task<Draft> ReadAsync(BackendCall call, Func<double, bool> tooMuch, CancellationToken cancellation)
    {
        if (signal != DoubtSignals.Consistency)
        {
            return await OneAsync(call, Math.Max(call.Request.Sampling.TopLogprobs ?? 0, DoubtMeter.TopOf(signal)), tooMuch, cancellation);
        }

        var draft = await OneAsync(call, call.Request.Sampling.TopLogprobs, static _ => false, cancellation);
        var others = await Task.WhenAll(Enumerable.Range(1, Draws).Select(i => OneAsync(Another(call, i), null, static _ => false, cancellation)));
        string said = Plain(draft.Text);
        return draft with
        {
            Seen = others.Count(o => Plain(o.Text) != said) / (double)Draws,
            Usage = others.Aggregate(draft.Usage, (sum, other) => CostMeter.Sum(sum, other.Usage)),
        };
    }

    private async Task<Draft> OneAsync(BackendCall call, int? top, Func<double, bool> tooMuch, CancellationToken cancellation)
    {
        int? asked = call.Request.Sampling.TopLogprobs;
        var request = call.Request with { Sampling = call.Request.Sampling with { TopLogprobs = top } };
        var meter = new DoubtMeter(signal);
        var costs = new CostMeter(call.Plan);
        List<CompletionChunk> chunks = [];
        int held = 0;
        using var answer = await backends.Of(call.Plan).OpenAsync(call with { Request = request }, cancellation);
        bool isWhole = false;
        do
        {
            var chunk = answer.Current;
            costs.Count(chunk);
            foreach (var token in chunk.Tokens)
            {
                meter.Add(token);
            }

            chunks.Add(chunk with { Tokens = [.. chunk.Tokens.Select(t => Trimmed(t, asked))] });
            held += chunk.Tokens.Count;
            isWhole |= chunk.Finish != FinishReason.None;
        }
        while (held < MostHeld && !(top is not null && tooMuch(meter.Value)) && await answer.MoveNextAsync(cancellation));
        var usage = chunks.Select(c => c.Usage ?? c.PromptUsage).OfType<Usage>().LastOrDefault(Usage.None);
        return new Draft(call.Plan.Experts[0].Name, answer.Host, chunks, isWhole, meter.IsBlind || top is null ? null : meter.Value, costs.Of(usage));
    }

    private static BackendCall Another(BackendCall call, int draw)
    {
        var sampling = call.Request.Sampling;
        return call with
        {
            Request = call.Request with
            {
                Sampling = sampling with { Seed = unchecked(sampling.Seed!.Value + (ulong)draw), Temperature = Math.Max(sampling.Temperature ?? 0, DrawTemperature) },
            },
        };
    }

    /// <summary>What was told for the doubt's sake alone is not the caller's.</summary>
    private static Token Trimmed(Token token, int? asked) => token.Detail is not { } detail ? token
        : asked is not int wanted ? token with { Detail = null }
        : token with { Detail = detail with { Top = [.. detail.Top.Take(wanted)] } };

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
