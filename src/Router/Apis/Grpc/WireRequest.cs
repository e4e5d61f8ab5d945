using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;
using ChatOptions = ExpertCluster.Contracts.Completions.ChatOptions;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Sampling = ExpertCluster.Contracts.Completions.Sampling;
using WeightedExpert = ExpertCluster.Contracts.Completions.WeightedExpert;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>From the wire's request to ours.</summary>
internal static class WireRequest
{
    /// <exception cref="RequestFailedException">A merge mode or scope has a number that this version doesn't know; or tools are wrong.</exception>
    public static CompletionRequest Read(CompleteRequest request) => WireTools.Onto(ReadPlain(request), request);

    private static CompletionRequest ReadPlain(CompleteRequest request) => new()
    {
        Model = request.Model,
        Prompt = request.HasPrompt ? request.Prompt : null,
        Messages = request.Messages is { } messages
            ? [.. messages.Messages_.Select(m => new ChatMessage(m.Role, m.Content) { Fields = m.Fields })]
            : null,
        PromptTokens = request.PromptTokens.Count > 0 ? [.. request.PromptTokens] : null,
        Chat = request.Chat is { } chat ? Read(chat) : ChatOptions.Default,
        Sampling = request.Sampling is { } sampling ? WireSampling.Read(sampling) : Sampling.Default,
        Echo = request.Echo,
        Structure = request.StructuredOutput is { } structure ? WireStructure.Read(structure) : null,
        Merge = request.Merge is { } merge ? Read(merge) : MergeWish.None,
        Routing = request.Routing is { } routing ? Read(routing) : RoutingWish.None,
    };

    private static ChatOptions Read(V1.ChatOptions chat) => new()
    {
        AddGenerationPrompt = chat.HasAddGenerationPrompt ? chat.AddGenerationPrompt : null,
        ContinueFinalMessage = chat.ContinueFinalMessage,
        TemplateArguments = chat.TemplateKwargs,
        Documents = chat.Documents,
        Tools = chat.Tools,
    };

    private static RoutingWish Read(Routing routing) => new()
    {
        Allow = [.. routing.Allow],
        Deny = [.. routing.Deny],
        Labels = [.. routing.Labels],
        MaxCost = routing.HasMaxCost ? routing.MaxCost : null,
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
        GeneralistWeight = merge.HasGeneralistWeight ? merge.GeneralistWeight : null,
        Hysteresis = merge.HasHysteresis ? merge.Hysteresis : null,
        Experts = [.. merge.Experts.Select(e => new WeightedExpert(e.Name, e.Weight))],
    };
}
