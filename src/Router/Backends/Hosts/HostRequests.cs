using System.Diagnostics;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.V1;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Sampling = ExpertCluster.Contracts.Completions.Sampling;

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
            Sampling = Of(call.Request.Sampling),
            Mode = Of(plan.Form),
            Scope = Of(plan.Scope),
            K = plan.K,
            Caller = call.Request.Caller,
            GateRevision = plan.Scope == MergeScope.Token ? plan.GateRevision : "",
        };
        if (call.Request.Prompt is { } prompt)
        {
            message.Prompt = prompt;
        }
        else
        {
            message.Messages = new Messages();
            message.Messages.Messages_.AddRange(call.Request.Messages!.Select(m => new Message { Role = m.Role, Content = m.Content }));
        }

        message.Experts.AddRange(plan.Experts.Select(e => new ExpertRef { Name = e.Name, Weight = e.Weight, Revision = e.Revision }));
        return message;
    }

    private static V1.Sampling Of(Sampling sampling)
    {
        var message = new V1.Sampling { IgnoreEos = sampling.IgnoreEos };
        if (sampling.MaxTokens is { } maxTokens)
        {
            message.MaxTokens = maxTokens;
        }

        if (sampling.Temperature is { } temperature)
        {
            message.Temperature = temperature;
        }

        if (sampling.TopK is { } topK)
        {
            message.TopK = topK;
        }

        if (sampling.TopP is { } topP)
        {
            message.TopP = topP;
        }

        if (sampling.MinP is { } minP)
        {
            message.MinP = minP;
        }

        if (sampling.RepetitionPenalty is { } penalty)
        {
            message.RepetitionPenalty = penalty;
        }

        if (sampling.Seed is { } seed)
        {
            message.Seed = seed;
        }

        message.Stop.AddRange(sampling.Stop);
        foreach (var (name, value) in sampling.Extra)
        {
            message.Extra.Add(name, value);
        }

        return message;
    }

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
