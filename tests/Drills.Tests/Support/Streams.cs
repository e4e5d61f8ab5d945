using ExpertCluster.SystemTests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Drills.Support;

/// <summary>Requests whose answers take a while, and what can be said of an answer.</summary>
internal static class Streams
{
    public const int LongTokens = 400;

    /// <summary>An answer of 400 tokens, whatever they are: a kill finds it in its middle.</summary>
    /// <param name="expert">A name, or "auto".</param>
    /// <param name="seed">0: greedy.</param>
    public static CompleteRequest Long(string expert, ulong seed)
    {
        var request = Requests.Endless(seed);
        request.Model = expert;
        request.Sampling.MaxTokens = LongTokens;
        if (seed == 0)
        {
            request.Sampling.Temperature = 0;
        }

        return request;
    }

    /// <summary>All that decides what an answer of a request is: experts by their content, weights, and the gate that chose.</summary>
    public static string Key(Plan plan) =>
        $"{plan.Mode} {plan.Scope} {plan.K} {(plan.Scope == MergeScope.Token ? plan.GateRevision : "")} {string.Join(',', plan.Experts.Select(e => FormattableString.Invariant($"{e.Name} {e.Revision} {e.Weight:R}")))}";
}
