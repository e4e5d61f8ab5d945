using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>From the wire's chunks to updates. One instance serves one answer.</summary>
internal sealed class AnswerReader
{
    private readonly CallCollector _calls = new();
    private readonly Dictionary<string, double> _shares = new(StringComparer.Ordinal);
    private Plan? _plan;
    private CompleteChunk? _last;

    /// <returns>Null: the chunk has nothing to tell yet.</returns>
    public ChatResponseUpdate? Read(CompleteChunk chunk)
    {
        foreach (var piece in chunk.ToolCalls)
        {
            _calls.Add(piece);
        }

        if (chunk.FinishReason != FinishReason.Unspecified)
        {
            _last = chunk;
        }

        _plan = chunk.Plan ?? _plan;
        if (chunk.Plan is null && chunk.Text.Length == 0 && chunk.Tokens.Count == 0)
        {
            return null;
        }

        var added = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var expert in chunk.Tokens.SelectMany(token => token.Experts))
        {
            added[expert.Name] = added.GetValueOrDefault(expert.Name) + expert.Weight;
            _shares[expert.Name] = _shares.GetValueOrDefault(expert.Name) + expert.Weight;
        }

        var update = Update(added, chunk);
        if (chunk.Text.Length > 0)
        {
            update.Contents.Add(new TextContent(chunk.Text));
        }

        if (chunk.Plan is { } plan)
        {
            (update.AdditionalProperties ??= [])[ExpertClusterAnswers.PlanProperty] = Of(plan);
        }

        return update;
    }

    /// <summary>The last update: how it ended, what it cost, which calls it has, and who gave all of it.</summary>
    /// <exception cref="ExpertClusterException">The stream broke off without a word.</exception>
    public ChatResponseUpdate End()
    {
        if (_last is null)
        {
            throw new ExpertClusterException(StatusCode.Unavailable, "the answer ended without saying why", null);
        }

        var update = Update(_shares, _last);
        update.FinishReason = _last.FinishReason switch
        {
            FinishReason.Length => ChatFinishReason.Length,
            FinishReason.ToolCalls => ChatFinishReason.ToolCalls,
            _ => ChatFinishReason.Stop,
        };
        foreach (var call in _calls.Contents())
        {
            update.Contents.Add(call);
        }

        if (_last.Usage is { } usage)
        {
            update.Contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = usage.PromptTokens,
                OutputTokenCount = usage.CompletionTokens,
                TotalTokenCount = (long)usage.PromptTokens + usage.CompletionTokens,
                CachedInputTokenCount = usage.CachedPromptTokens,
            }));
        }

        return update;
    }

    /// <summary>Who answered is the model: who gave the most, or the plan's first where nothing came yet.</summary>
    private ChatResponseUpdate Update(Dictionary<string, double> shares, CompleteChunk chunk)
    {
        ExpertShare[] ranked = [.. shares.Select(share => new ExpertShare(share.Key, share.Value))
            .OrderByDescending(share => share.Tokens).ThenBy(share => share.Name, StringComparer.Ordinal)];
        return new ChatResponseUpdate
        {
            Role = ChatRole.Assistant,
            ResponseId = _plan?.RequestId,
            MessageId = _plan?.RequestId,
            ModelId = ranked.Length > 0 ? ranked[0].Name : _plan?.Experts.FirstOrDefault()?.Name,
            RawRepresentation = chunk,
            AdditionalProperties = ranked.Length == 0 ? null : new() { [ExpertClusterAnswers.ExpertsProperty] = ranked },
        };
    }

    private static AnswerPlan Of(Plan plan) => new()
    {
        Base = plan.Base,
        Merge = plan.Merge,
        Scope = plan.Scope == MergeScope.Token ? "token" : "request",
        K = plan.K,
        Experts = [.. plan.Experts.Select(e => new ExpertWeight(e.Name, e.Weight, e.Revision, e.Version))],
        Scores = [.. plan.Scores.Select(e => new ExpertWeight(e.Name, e.Weight))],
        Reason = plan.Reason,
        Host = plan.Host,
        Seed = plan.Seed,
        RequestId = plan.RequestId,
        Gate = plan.Gate,
        Notes = [.. plan.Notes.Select(n => new AnswerNote(n.Kind, n.Expert, n.Text))],
    };
}
