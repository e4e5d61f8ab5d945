using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Tools;
using ExpertCluster.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using FinishReason = ExpertCluster.Contracts.Answers.FinishReason;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Plan = ExpertCluster.Contracts.Routing.Plan;
using Token = ExpertCluster.Contracts.Answers.Token;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>
/// From our chunks to the wire's. One instance serves one stream and hands out one message again and again: it is written out
/// before the next is made, and a message a token would be most of what a stream allocates.
/// </summary>
/// <param name="tools">Reads calls of tools; null: there are none.</param>
internal sealed class WireAnswer(ToolAnswer? tools = null)
{
    private readonly CompleteChunk _chunk = new();
    private readonly Stack<V1.Token> _tokens = [];
    private readonly Stack<V1.WeightedExpert> _experts = [];

    /// <returns>Valid until the next call.</returns>
    public CompleteChunk Write(CompletionChunk chunk)
    {
        Clear();
        _chunk.Text = TextOf(chunk);
        for (int i = 0; i < chunk.Tokens.Count; i++)
        {
            _chunk.Tokens.Add(Of(chunk.Tokens[i]));
        }

        for (int i = 0; i < chunk.Echo.Count; i++)
        {
            _chunk.Echo.Add(Of(chunk.Echo[i]));
        }

        _chunk.Plan = chunk.Plan is { } plan ? Of(plan) : null;
        _chunk.FinishReason = chunk.Finish switch
        {
            FinishReason.Stop => tools is { HasCalls: true } ? V1.FinishReason.ToolCalls : V1.FinishReason.Stop,
            FinishReason.Length => V1.FinishReason.Length,
            _ => V1.FinishReason.Unspecified,
        };
        _chunk.Stop = chunk.Stop switch
        {
            { Text: { } text } => new V1.StopMatch { Text = text },
            { Token: int token } => new V1.StopMatch { Token = token },
            _ => null,
        };
        _chunk.Usage = chunk.Usage is { } usage
            ? new V1.Usage { PromptTokens = usage.PromptTokens, CompletionTokens = usage.CompletionTokens, CachedPromptTokens = usage.CachedPromptTokens, Experts = { usage.Experts.Select(Of) } }
            : null;
        return _chunk;
    }

    private static V1.ExpertUsage Of(Contracts.Answers.ExpertUsage usage) =>
        new() { Name = usage.Name, PromptTokens = usage.PromptTokens, CompletionTokens = usage.CompletionTokens, Cost = usage.Cost };

    private string TextOf(CompletionChunk chunk)
    {
        if (tools is null)
        {
            return chunk.Text;
        }

        var part = tools.Take(chunk);
        _chunk.ToolCalls.Clear();
        _chunk.ToolCalls.AddRange(part.Calls.Select(c => new ToolCall { Index = c.Index, Id = c.Id ?? "", Name = c.Name ?? "", Arguments = c.Arguments }));
        return part.Text;
    }

    private static V1.Plan Of(Plan plan)
    {
        var message = new V1.Plan
        {
            Base = plan.Base,
            Mode = WireMerge.ModeOf(plan.Merge),
            Merge = plan.Merge,
            Scope = plan.Scope == MergeScope.Token ? V1.MergeScope.Token : V1.MergeScope.Request,
            K = plan.K,
            GeneralistWeight = plan.GeneralistWeight,
            Hysteresis = plan.Hysteresis,
            Reason = plan.Reason,
            Host = plan.Host,
            Seed = plan.Seed,
            RequestId = plan.RequestId,
            GateRevision = plan.Scope == MergeScope.Token ? plan.GateRevision : "",
            Gate = plan.IsByCandidate ? Plan.CandidateGate : "",
        };
        if (plan.Doubt is { } doubt)
        {
            message.Doubt = doubt;
        }

        message.Experts.AddRange(plan.Experts.Select(e => new V1.WeightedExpert { Name = e.Name, Weight = e.Weight, Revision = e.Revision, Version = ExpertVersions.NameOf(e.Version) }));
        message.Scores.AddRange((plan.Scores?.Ranked ?? []).Select(s => new V1.WeightedExpert { Name = s.Name, Weight = s.Probability }));
        message.Notes.AddRange(plan.Notes.Select(n => new V1.PlanNote { Kind = n.Kind, Expert = n.Expert, Text = n.Text }));
        return message;
    }

    private V1.Token Of(Token token)
    {
        var message = _tokens.TryPop(out var used) ? used : new V1.Token();
        (message.Id, message.Text, message.Logprob) = (token.Id, token.Text, token.LogProbability);
        if (token.Detail is { } detail)
        {
            message.Bytes = UnsafeByteOperations.UnsafeWrap(detail.Bytes);
            message.Top.AddRange(detail.Top.Select(t => new V1.LikelyToken { Id = t.Id, Logprob = t.LogProbability, Bytes = UnsafeByteOperations.UnsafeWrap(t.Bytes) }));
        }

        for (int i = 0; i < token.Experts.Count; i++)
        {
            var expert = _experts.TryPop(out var spare) ? spare : new V1.WeightedExpert();
            (expert.Name, expert.Weight) = (token.Experts[i].Name, token.Experts[i].Weight);
            message.Experts.Add(expert);
        }

        return message;
    }

    private void Clear()
    {
        Take(_chunk.Tokens);
        Take(_chunk.Echo);
    }

    private void Take(RepeatedField<V1.Token> tokens)
    {
        // By index: a message's list makes an object of every enumeration.
        for (int i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            for (int j = 0; j < token.Experts.Count; j++)
            {
                _experts.Push(token.Experts[j]);
            }

            token.Experts.Clear();
            token.Top.Clear();
            token.ClearBytes();
            _tokens.Push(token);
        }

        tokens.Clear();
    }
}
