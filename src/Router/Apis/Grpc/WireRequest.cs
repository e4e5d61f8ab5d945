using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Sampling = ExpertCluster.Contracts.Completions.Sampling;
using WeightedExpert = ExpertCluster.Contracts.Completions.WeightedExpert;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>From the wire's request to ours.</summary>
internal static class WireRequest
{
    /// <exception cref="RequestFailedException">A merge mode or scope has a number that this version doesn't know.</exception>
    public static CompletionRequest Read(CompleteRequest request) => new()
    {
        Model = request.Model,
        Prompt = request.HasPrompt ? request.Prompt : null,
        Messages = request.Messages is { } messages
            ? [.. messages.Messages_.Select(m => new ChatMessage(m.Role, m.Content))]
            : null,
        Sampling = request.Sampling is { } sampling ? Read(sampling) : Sampling.Default,
        Merge = request.Merge is { } merge ? Read(merge) : MergeWish.None,
        Routing = request.Routing is { } routing ? Read(routing) : RoutingWish.None,
    };

    private static RoutingWish Read(Routing routing) => new()
    {
        Allow = [.. routing.Allow],
        Deny = [.. routing.Deny],
        Labels = [.. routing.Labels],
        MaxCost = routing.HasMaxCost ? routing.MaxCost : null,
    };

    private static Sampling Read(V1.Sampling sampling) => new()
    {
        MaxTokens = sampling.HasMaxTokens ? sampling.MaxTokens : null,
        Temperature = sampling.HasTemperature ? sampling.Temperature : null,
        TopK = sampling.HasTopK ? sampling.TopK : null,
        TopP = sampling.HasTopP ? sampling.TopP : null,
        MinP = sampling.HasMinP ? sampling.MinP : null,
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : null,
        Seed = sampling.HasSeed ? sampling.Seed : null,
        Stop = [.. sampling.Stop],
        IgnoreEos = sampling.IgnoreEos,
        Extra = sampling.Extra.Count == 0 ? Sampling.Default.Extra : new Dictionary<string, double>(sampling.Extra, StringComparer.Ordinal),
    };

    private static MergeWish Read(Merge merge) => new()
    {
        Name = merge.Name.Length > 0 ? merge.Name : WireMerge.NameOf(merge.Mode),
        Scope = merge.Scope switch
        {
            V1.MergeScope.Unspecified => MergeScope.Unspecified,
            V1.MergeScope.Request => MergeScope.Request,
            V1.MergeScope.Token => MergeScope.Token,
            _ => throw new RequestFailedException(
                FailureKind.InvalidArgument, $"merge.scope is {(int)merge.Scope}, which is no scope", "merge.scope"),
        },
        K = merge.HasK ? merge.K : null,
        Experts = [.. merge.Experts.Select(e => new WeightedExpert(e.Name, e.Weight))],
    };
}
