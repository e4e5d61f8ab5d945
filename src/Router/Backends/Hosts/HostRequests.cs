using System.Diagnostics;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.V1;
using ChatOptions = ExpertCluster.Contracts.Completions.ChatOptions;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>From a call to what a host is asked.</summary>
internal static class HostRequests
{
    public static GenerateRequest Of(BackendCall call)
    {
        var plan = call.Plan;
        var message = new GenerateRequest
        {
            Base = plan.Base,
            Sampling = HostSampling.Of(call.Request.Sampling),
            Mode = Of(plan.Form),
            Scope = Of(plan.Scope),
            K = plan.K,
            GeneralistWeight = plan.GeneralistWeight,
            Hysteresis = plan.Hysteresis,
            Caller = call.Request.Caller,
            Echo = call.Request.Echo,
            GateRevision = plan.Scope == MergeScope.Token ? plan.GateRevision : "",
        };
        if (call.Request.Prompt is { } prompt)
        {
            message.Prompt = prompt;
        }
        else if (call.Request.PromptTokens is { } tokens)
        {
            message.PromptTokens.AddRange(tokens);
        }
        else
        {
            message.Messages = MessagesOf(call.Request);
            message.Chat = ChatOf(call.Request);
        }

        if (call.Request.Structure is { } structure)
        {
            message.StructuredOutput = HostStructure.Of(structure);
        }

        message.GuessTokens.AddRange(call.Guess);
        message.VisibleTokens.AddRange(plan.VisibleTokens);
        message.Experts.AddRange(HostCall.OwnOf(plan).Select(Of));
        return message;
    }

    public static Messages MessagesOf(CompletionRequest request) =>
        new() { Messages_ = { request.Messages!.Select(m => new Message { Role = m.Role, Content = m.Content, Fields = m.Fields }) } };

    /// <summary>Null where it says nothing.</summary>
    public static V1.ChatOptions? ChatOf(CompletionRequest request)
    {
        var chat = request.Chat;
        if (chat == ChatOptions.Default)
        {
            return null;
        }

        var message = new V1.ChatOptions { ContinueFinalMessage = chat.ContinueFinalMessage, TemplateKwargs = chat.TemplateArguments, Documents = chat.Documents, Tools = chat.Tools };
        if (chat.AddGenerationPrompt is { } add)
        {
            message.AddGenerationPrompt = add;
        }

        return message;
    }

    public static ExpertRef Of(PlannedExpert expert) => new() { Name = expert.Name, Weight = expert.Weight, Revision = expert.Revision };

    private static MergeMode Of(MergeForm form) => form switch
    {
        MergeForm.Route => MergeMode.Route,
        MergeForm.Mix => MergeMode.Mix,
        MergeForm.Ensemble => MergeMode.Ensemble,
        _ => throw new UnreachableException($"{form} has no number on the wire"),
    };

    private static V1.MergeScope Of(MergeScope scope) => scope switch
    {
        MergeScope.Request => V1.MergeScope.Request,
        MergeScope.Token => V1.MergeScope.Token,
        _ => throw new UnreachableException($"a plan's scope is {scope}"),
    };
}
