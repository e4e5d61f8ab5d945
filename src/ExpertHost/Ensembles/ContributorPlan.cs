using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Ensembles;

/// <summary>What another host is asked for its part of a request.</summary>
internal static class ContributorPlan
{
    /// <param name="request">Whose answer is drawn here.</param>
    /// <param name="contributor">One of its.</param>
    public static GenerateRequest Of(GenerateRequest request, Contributor contributor)
    {
        var plan = new GenerateRequest
        {
            Base = contributor.Base,
            Messages = request.Messages,
            Chat = request.Chat,
            Sampling = new Sampling(),
            Mode = MergeMode.Ensemble,
            Scope = MergeScope.Request,
            K = contributor.Experts.Count,
            Caller = request.Caller,
            Echo = request.Echo,
            Experts = { contributor.Experts },
            PromptTokens = { request.PromptTokens },
        };
        if (request.HasPrompt)
        {
            plan.Prompt = request.Prompt;
        }

        if (request.Sampling is { HasMaxTokens: true } sampling)
        {
            plan.Sampling.MaxTokens = sampling.MaxTokens;
        }

        return plan;
    }
}
