using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>What routers ask.</summary>
internal static class Plans
{
    public static GenerateRequest Of(params ExpertActivation[] experts) => Of(MergeMode.Route, MergeScope.Request, experts);

    public static GenerateRequest Of(MergeMode mode, MergeScope scope, params ExpertActivation[] experts)
    {
        var request = new GenerateRequest
        {
            Base = SmallModels.Base,
            Prompt = "Who pays?",
            Mode = mode,
            Scope = scope,
            K = experts.Length,
            Sampling = new Sampling { MaxTokens = 5, IgnoreEos = true },
        };
        request.Experts.AddRange(experts.Select(e => new ExpertRef { Name = e.Expert, Revision = e.Revision, Weight = 1.0 / experts.Length }));
        return request;
    }
}
